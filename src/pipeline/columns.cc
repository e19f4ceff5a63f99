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

Belongs of_feature(const definition::Feature& f, std::span<const Belongs> before) {
  if (const auto* what = f.aggregation()) return of_key(what->by);
  if (const auto* expression = f.expression()) return of_expression(*expression, before);
  Belongs b;
  if (f.pull() != nullptr) b.to_user = true;
  if (const auto* similar = f.similar()) b = before[static_cast<size_t>(similar->list)];
  b.to_item = true;
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
  for (const auto& f : app.features) all.push_back(of_feature(f, all));
  return all;
}

Columns columns_for(const App& app, const feature::Plan& plan, std::span<const Belongs> belongs,
                    std::span<const int> features, std::span<const Expression* const> expressions) {
  std::vector<bool> needed(app.features.size());
  for (int f : features) needed[static_cast<size_t>(f)] = true;
  for (const auto* e : expressions)
    if (e != nullptr) need(*e, needed);
  for (size_t f = needed.size(); f-- > 0;) {  // What is computed comes after the features it reads.
    if (!needed[f]) continue;
    if (const auto* expression = app.features[f].expression()) need(*expression, needed);
    if (const auto* similar = app.features[f].similar()) needed[static_cast<size_t>(similar->list)] = true;
  }

  Columns columns;
  for (size_t f = 0; f < needed.size(); ++f) {
    if (!needed[f]) continue;
    int view = plan.view_of(static_cast<int>(f));
    bool number = view >= 0 && app.features[f].type == definition::Type::Number;
    const auto& feature = app.features[f];
    Step step{static_cast<int>(f), view, number, feature.expression(), feature.pull(), feature.similar()};
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
