// One small model of each document format, with what is special in it; leaves are sums of powers of two, so that no
// sum of them is rounded.
#pragma once

#include <string>
#include <string_view>

namespace augury::model {

// Two trees: categories {1, 2} of `colour` go right, then age < 5.5; and a single leaf. binary:logistic from 0.5.
std::string small_xgboost_json();
// As XGBoost writes the same in UBJSON.
std::string small_xgboost_ubjson();
// The same trees with <= and both kinds of missing values.
std::string small_lightgbm_json();
// An oblivious tree of two levels, one without a split; scale and bias.
std::string small_catboost_json();
// Three outputs in a leaf, a chain of two splits.
std::string small_catboost_chain_json();

// Numbers become typed arrays, as XGBoost writes them.
std::string ubjson_of(std::string_view json);

}  // namespace augury::model
