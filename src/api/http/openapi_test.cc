#include "api/http/openapi_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "api/http/http_api.h"
#include "api/http/router.h"
#include "api/testing/recording_engine.h"
#include "config/node.h"

namespace augury::api {
namespace {

// "GET /v1/items/*" of every route, or of every operation of the page.
std::set<std::string> served() {
  std::set<std::string> all;
  for (auto [method, path] : routes()) all.insert(std::string(method) + " " + std::string(path));
  return all;
}

std::set<std::string> described() {
  std::set<std::string> all;
  auto page = config::parse_yaml(openapi_text());
  EXPECT_TRUE(page) << page.error().message;
  if (!page) return all;
  for (const auto& path : page->find("paths")->entries) {
    std::string pattern = path.name;
    if (auto open = pattern.find('{'); open != std::string::npos)
      pattern.replace(open, pattern.find('}') - open + 1, "*");
    for (const auto& operation : path.value.entries) {
      std::string method = operation.name;
      std::ranges::transform(method, method.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
      if (operation.name != "parameters") all.insert(method + " " + pattern);
    }
  }
  return all;
}

TEST(OpenApi, DescribesEveryRouteThatIsServedAndNoOther) { EXPECT_EQ(described(), served()); }

TEST(OpenApi, IsServedAsItIs) {
  RecordingEngine engine;
  auto reply = call(engine, "GET", "/openapi.yaml", "");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, openapi_text());
}

}  // namespace
}  // namespace augury::api
