#include "api/http/json_list.h"

#include "wire/lines.h"

namespace augury::api {
namespace {

bool is_ndjson(const net::HttpRequest& request) {
  return request.content_type.starts_with("application/x-ndjson") ||
         request.content_type.starts_with("application/jsonl") ||
         request.content_type.starts_with("application/ndjson");
}

// The lines as one array, so that one reading keeps all their texts alive.
std::string as_array(const std::vector<std::string_view>& lines) {
  std::string array = "[";
  for (auto line : lines) {
    if (array.size() > 1) array += ',';
    array += line;
  }
  return array += ']';
}

// Takes the lines that are no JSON value of their own out of `lines` and notes them.
void sort_out(std::vector<std::string_view>& lines, JsonList& list) {
  wire::JsonReader reader;
  std::vector<std::string_view> good;
  list.places.clear();
  for (size_t place = 0; place < lines.size(); ++place) {
    if (auto read = reader.read(lines[place]); !read) {
      list.bad.push_back({place, read.error().message});
      continue;
    }
    good.push_back(lines[place]);
    list.places.push_back(place);
  }
  lines = std::move(good);
}

Result<JsonList> read_lines(JsonInput& in, std::string_view body) {
  JsonList list;
  std::vector<std::string_view> lines;
  for (auto line : wire::Lines(body)) {
    list.places.push_back(lines.size());
    lines.push_back(line);
  }
  auto root = in.read(as_array(lines), true);
  // A line may also hold two values, or halves that only fit together with its neighbours.
  if (!root || root->size() != lines.size()) {
    sort_out(lines, list);
    root = in.read(as_array(lines), true);
  }
  if (!root) return root.error();
  for (auto element : root->elements()) list.values.push_back(element);
  return list;
}

}  // namespace

Result<JsonList> read_list(JsonInput& in, const net::HttpRequest& request) {
  if (is_ndjson(request)) return read_lines(in, request.body);
  JsonList list;
  AUGURY_TRY(auto root, in.read(request.body, true));
  if (root.type() == wire::JsonValue::Type::Object) {
    list.values.push_back(root);
  } else {
    list.values.reserve(root.size());
    for (auto element : root.elements()) list.values.push_back(element);
  }
  for (size_t place = 0; place < list.values.size(); ++place) list.places.push_back(place);
  return list;
}

}  // namespace augury::api
