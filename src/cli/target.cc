#include "cli/target.h"

#include <cstdio>

#include "net/http_client.h"
#include "wire/json_reader.h"

namespace augury::cli {
namespace {

class Remote : public Target {
 public:
  explicit Remote(net::HttpClient client) : client_(std::move(client)) {}
  Result<Reply> call(std::string_view method, std::string_view path, std::string_view body) override {
    AUGURY_TRY(auto reply, client_.request(method, path, body));
    return Reply{reply.status, std::move(reply.body)};
  }

 private:
  net::HttpClient client_;
};

class Local : public Target {
 public:
  Local(std::unique_ptr<Engine> engine, Context& context) : engine_(std::move(engine)), context_(context) {}
  Result<Reply> call(std::string_view method, std::string_view path, std::string_view body) override {
    return context_.call(*engine_, method, path, body);
  }

 private:
  std::unique_ptr<Engine> engine_;
  Context& context_;
};

}  // namespace

void TargetFlags::describe(Flags& flags) {
  flags.option("--url", url,
               "a running server, such as http://127.0.0.1:8080; without it the data folder is opened here");
  flags.option("--app", app_file, "the app file, when there is no --url");
  flags.option("--data", data, "the data folder, when there is no --url");
}

Result<std::unique_ptr<Target>> Target::open(const TargetFlags& flags, Context& context) {
  if (!flags.url.empty()) {
    AUGURY_TRY(auto client, net::HttpClient::connect(flags.url));
    return std::unique_ptr<Target>(std::make_unique<Remote>(std::move(client)));
  }
  if (flags.app_file.empty()) {
    return Error{Code::Invalid, "whom to ask? give --url of a running server, or --app with an app file"};
  }
  AUGURY_TRY(auto engine, Engine::open({.app_files = {flags.app_file}, .data_folder = flags.data}));
  return std::unique_ptr<Target>(std::make_unique<Local>(std::move(engine), context));
}

std::string error_message(const Reply& reply) {
  wire::JsonReader reader;
  if (auto root = reader.read(reply.body)) {
    if (auto error = root->find("error")) {
      if (auto message = error->find("message"); message && message->text()) return std::string(*message->text());
    }
  }
  return "the server answered " + std::to_string(reply.status) + ": " + reply.body;
}

Error refusal(const Reply& reply) { return {Code::Invalid, error_message(reply)}; }

int call_and_print(Target& target, std::string_view method, std::string_view path, std::string_view body) {
  auto reply = target.call(method, path, body);
  if (!reply) return fail(reply.error());
  if (reply->status >= 300) return fail(refusal(*reply));
  std::printf("%s\n", reply->body.c_str());
  return kDone;
}

}  // namespace augury::cli
