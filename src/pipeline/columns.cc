#include "pipeline/columns.h"

#include <algorithm>

namespace augury::pipeline {

using definition::App;
using definition::Expression;
using definition::KeyPart;
using definition::Reference;

namespace {

Belongs of_key(std::span<const KeyPart> by) {
  Belongs b;
  for (const auto& part : by) {
    b.to_user |= part.kind == KeyPart::Kind::User;
    b.to_session |= part.kind == KeyPart::Kind::Session;
    b.to_item |= part.kind == KeyPart::Kind::Item || part.kind == KeyPart::Kind::ItemAttribute;
  }
  return b;
}

Belongs of_expression(const Expression& expression, std::span<const Belongs> features) {
  Belongs b;
  for (const auto& r : expression.references()) {
    b.to_user |= r.kind == Reference::Kind::UserAttribute;
    b.to_item |= r.kind == Reference::Kind::ItemAttribute || r.kind == Reference::Kind::Item;
    if (r.kind != Reference::Kind::Feature) continue;
    const auto& f = features[static_cast<size_t>(r.index)];
    b.to_user |= f.to_user, b.to_item |= f.to_item, b.to_session |= f.to_session;
  }
  return b;
}

void need(const Expression& expression, std::vector<bool>& needed) {
  for (const auto& r : expression.references())
    if (r.kind == Reference::Kind::Feature) needed[static_cast<size_t>(r.index)] = true;
}

}  // namespace

std::vector<Belongs> belongings(const App& app) {
  std::vector<Belongs> all;
  all.reserve(app.features.size());
  for (const auto& f : app.features)
    all.push_back(f.aggregation() ? of_key(f.aggregation()->by) : of_expression(*f.expression(), all));
  return all;
}

Columns columns_for(const App& app, const feature::Plan& plan, std::span<const Belongs> belongs,
                    std::span<const int> features, std::span<const Expression* const> expressions) {
  std::vector<bool> needed(app.features.size());
  for (int f : features) needed[static_cast<size_t>(f)] = true;
  for (const auto* e : expressions)
    if (e != nullptr) need(*e, needed);
  for (size_t f = needed.size(); f-- > 0;)  // An expression comes after the features it reads.
    if (needed[f] && app.features[f].expression()) need(*app.features[f].expression(), needed);

  Columns columns;
  for (size_t f = 0; f < needed.size(); ++f) {
    if (!needed[f]) continue;
    int view = plan.view_of(static_cast<int>(f));
    bool number = view >= 0 && app.features[f].type == definition::Type::Number;
    Step step{static_cast<int>(f), view, number, app.features[f].expression()};
    if (!belongs[f].to_item) {
      columns.shared.push_back(step);
      continue;
    }
    columns.own.push_back(step);
    if (view >= 0 && std::ranges::find(columns.own_views, view) == columns.own_views.end())
      columns.own_views.push_back(view);
  }
  return columns;
}

}  // namespace augury::pipeline
