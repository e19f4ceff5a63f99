#include "cli/record_text.h"

#include <gtest/gtest.h>

namespace augury::cli {
namespace {

TEST(RecordText, TurnsNumbersBackIntoNames) {
  base::Epochs epochs;
  store::Dictionary names(epochs);
  auto number = [&](store::NameKind kind, std::string_view name) { return names.assign(kind, name).number; };
  journal::EventRecord event;
  event.type = {number(store::NameKind::Text, "click")};
  event.user = number(store::NameKind::User, "ann");
  event.item = number(store::NameKind::Item, "tent");
  event.fields.push_back({{number(store::NameKind::Text, "price")}, 2.5});
  event.fields.push_back(
      {{number(store::NameKind::Text, "color")}, journal::TextNumber{number(store::NameKind::Text, "red")}});
  EXPECT_EQ(
      record_text(event, 7, names),
      R"({"sequence":7,"record":"event","event":"click","at":"1970-01-01T00:00:00Z","receipt":"1970-01-01T00:00:00Z",)"
      R"("user":"ann","item":"tent","fields":{"price":2.5,"color":"red"}})");
}

TEST(RecordText, ShowsADeletion) {
  base::Epochs epochs;
  store::Dictionary names(epochs);
  journal::EntityRecord entity;
  entity.deleted = true;
  entity.number = names.assign(store::NameKind::Item, "tent").number;
  EXPECT_EQ(record_text(entity, 1, names),
            R"({"sequence":1,"record":"entity","item":"tent","receipt":"1970-01-01T00:00:00Z","deleted":true})");
}

}  // namespace
}  // namespace augury::cli
