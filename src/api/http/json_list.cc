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
std::string as_array(std::string_view body) {
  std::string array = "[";
  for (auto line : wire::Lines(body)) {
    if (array.size() > 1) array += ',';
    array += line;
  }
  return array += ']';
}

Error bad_line(JsonInput& in, std::string_view body, Error whole) {
  size_t number = 0;
  for (auto line : wire::Lines(body)) {
    ++number;
    if (auto read = in.read(line, true); !read) {
      return Error{Code::Invalid,
                   "line " + std::to_string(number) + " (blank ones not counted): " + read.error().message};
    }
  }
  return whole;
}

}  // namespace

Result<std::vector<wire::JsonValue>> read_list(JsonInput& in, const net::HttpRequest& request) {
  std::vector<wire::JsonValue> list;
  if (is_ndjson(request)) {
    auto root = in.read(as_array(request.body), true);
    if (!root) return bad_line(in, request.body, root.error());
    for (auto element : root->elements()) list.push_back(element);
    return list;
  }
  AUGURY_TRY(auto root, in.read(request.body, true));
  if (root.type() == wire::JsonValue::Type::Object) {
    list.push_back(root);
    return list;
  }
  list.reserve(root.size());
  for (auto element : root.elements()) list.push_back(element);
  return list;
}

}  // namespace augury::api
