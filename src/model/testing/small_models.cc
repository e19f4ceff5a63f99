#include "model/testing/small_models.h"

#include <bit>
#include <cmath>
#include <vector>

#include "base/check.h"
#include "wire/value_stream.h"

namespace augury::model {
namespace {

using wire::ValueStream;

void append_bits(uint64_t bits, int bytes, std::string& to) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) to.push_back(static_cast<char>(bits >> shift));
}

void append_length(size_t length, std::string& to) {
  to.push_back('L');
  append_bits(length, 8, to);
}

void append_number(double value, bool whole, std::string& to) {
  append_bits(
      whole ? static_cast<uint32_t>(static_cast<int32_t>(value)) : std::bit_cast<uint32_t>(static_cast<float>(value)),
      4, to);
}

void append_value(ValueStream& in, std::string& to);

void append_array(ValueStream& in, std::string& to) {
  std::vector<double> numbers;
  std::string others;
  size_t count = 0;
  AUGURY_CHECK(in.begin_array().has_value());
  for (; in.next_element().value(); ++count) {
    if (in.kind().value() == ValueStream::Kind::Number)
      numbers.push_back(in.number().value());
    else
      append_value(in, others);
  }
  to.push_back('[');
  bool whole = true;
  for (const double number : numbers) whole = whole && number == std::floor(number);
  if (!numbers.empty()) to += whole ? "$l" : "$d";
  to.push_back('#');
  append_length(count, to);
  for (const double number : numbers) append_number(number, whole, to);
  to += others;
}

void append_value(ValueStream& in, std::string& to) {
  switch (in.kind().value()) {
    case ValueStream::Kind::Null:
      AUGURY_CHECK(in.null().has_value());
      to.push_back('Z');
      return;
    case ValueStream::Kind::Boolean:
      to.push_back(in.boolean().value() ? 'T' : 'F');
      return;
    case ValueStream::Kind::Number: {
      const double value = in.number().value();
      to.push_back(value == std::floor(value) ? 'l' : 'd');
      append_number(value, value == std::floor(value), to);
      return;
    }
    case ValueStream::Kind::Text: {
      const std::string text = in.text().value();
      to.push_back('S');
      append_length(text.size(), to);
      to += text;
      return;
    }
    case ValueStream::Kind::Array:
      append_array(in, to);
      return;
    case ValueStream::Kind::Object: {
      AUGURY_CHECK(in.begin_object().has_value());
      to.push_back('{');
      for (std::string name; in.next_member(name).value();) {
        append_length(name.size(), to);
        to += name;
        append_value(in, to);
      }
      to.push_back('}');
      return;
    }
  }
}

}  // namespace

std::string ubjson_of(std::string_view json) {
  std::string bytes;
  const auto in = wire::json_stream(json);
  append_value(*in, bytes);
  return bytes;
}

std::string small_xgboost_json() {
  return R"({"learner":{"attributes":{},"feature_names":["age","colour"],"feature_types":["float","c"],
"gradient_booster":{"model":{"gbtree_model_param":{"num_parallel_tree":"1","num_trees":"2"},"iteration_indptr":[0,1,2],
"tree_info":[0,0],"trees":[{"base_weights":[0,0,2,0.5,-1],"categories":[1,2],"categories_nodes":[0],
"categories_segments":[0],"categories_sizes":[2],"default_left":[1,0,0,0,0],"id":0,"left_children":[1,3,-1,-1,-1],
"loss_changes":[3,2,0,0,0],"parents":[2147483647,0,0,1,1],"right_children":[2,4,-1,-1,-1],
"split_conditions":[0,5.5,2,0.5,-1],"split_indices":[1,0,0,0,0],"split_type":[1,0,0,0,0],
"sum_hessian":[100,30,70,10,20],"tree_param":{"num_deleted":"0","num_feature":"2","num_nodes":"5",
"size_leaf_vector":"1"}},{"base_weights":[0.25],"categories":[],"categories_nodes":[],"categories_segments":[],
"categories_sizes":[],"default_left":[0],"id":1,"left_children":[-1],"loss_changes":[0],"parents":[2147483647],
"right_children":[-1],"split_conditions":[0.25],"split_indices":[0],"split_type":[0],"sum_hessian":[100],
"tree_param":{"num_deleted":"0","num_feature":"2","num_nodes":"1","size_leaf_vector":"1"}}]},"name":"gbtree"},
"learner_model_param":{"base_score":"[5E-1]","boost_from_average":"1","num_class":"0","num_feature":"2",
"num_target":"1"},"objective":{"name":"binary:logistic","reg_loss_param":{"scale_pos_weight":"1"}}},"version":[3,2,0]})";
}

std::string small_xgboost_ubjson() { return ubjson_of(small_xgboost_json()); }

std::string small_lightgbm_json() {
  return R"({"name":"tree","version":"v4","num_class":1,"num_tree_per_iteration":1,"label_index":0,"max_feature_idx":1,
"objective":"binary sigmoid:1","average_output":false,"feature_names":["age","colour"],"monotone_constraints":[],
"feature_infos":{"age":{"min_value":0,"max_value":9,"values":[]}},"tree_info":[{"tree_index":0,"num_leaves":3,
"num_cat":1,"shrinkage":1,"tree_structure":{"split_index":0,"split_feature":1,"split_gain":3,"threshold":"1||2",
"decision_type":"==","default_left":false,"missing_type":"None","internal_value":0,"left_child":{"leaf_index":0,
"leaf_value":0.5,"leaf_weight":1,"leaf_count":10},"right_child":{"split_index":1,"split_feature":0,"split_gain":2,
"threshold":5.5,"decision_type":"<=","default_left":true,"missing_type":"NaN","left_child":{"leaf_index":1,
"leaf_value":-1,"leaf_count":20},"right_child":{"leaf_index":2,"leaf_value":2,"leaf_count":70}}}},{"tree_index":1,
"num_leaves":1,"num_cat":0,"shrinkage":1,"tree_structure":{"leaf_value":0.25}}],"feature_importances":{"age":1},
"pandas_categorical":null})";
}

std::string small_catboost_json() {
  return R"({"oblivious_trees":[{"leaf_values":[0.5,-1,2,4],"leaf_weights":[10,20,30,40],"splits":[{"border":5.5,
"float_feature_index":0,"split_index":1,"split_type":"FloatFeature"},{"border":0.5,"float_feature_index":1,
"split_index":2,"split_type":"FloatFeature"}]},{"leaf_values":[0.25],"leaf_weights":[100],"splits":null}],
"features_info":{"float_features":[{"borders":[1.5,5.5],"feature_index":0,"feature_id":"age","flat_feature_index":0,
"has_nans":true,"nan_value_treatment":"AsFalse"},{"borders":[0.5],"feature_index":1,"flat_feature_index":2,
"has_nans":true,"nan_value_treatment":"AsTrue"}],"categorical_features":[{"feature_index":0,"feature_id":"shop",
"flat_feature_index":1}]},"model_info":{"params":{"loss_function":{"type":"Logloss","params":{}}}},
"scale_and_bias":[2,[0.5]]})";
}

std::string small_catboost_chain_json() {
  return R"({"trees":[{"split":{"border":5.5,"float_feature_index":0,"split_index":1,"split_type":"FloatFeature"},
"left":{"value":[1,2,4],"weight":10},"right":{"left":{"weight":20,"value":[-1,-2,-4]},"right":{"value":[8,16,32],
"weight":70},"split":{"border":0.5,"float_feature_index":1,"split_type":"FloatFeature"}}}],
"features_info":{"float_features":[{"borders":[5.5],"feature_index":0,"flat_feature_index":0,
"nan_value_treatment":"AsIs"},{"borders":[0.5],"feature_index":1,"flat_feature_index":1,
"nan_value_treatment":"AsTrue"}]},"model_info":{"params":{"loss_function":{"type":"MultiClass"}}},
"scale_and_bias":[1,[0,0,0]]})";
}

}  // namespace augury::model
