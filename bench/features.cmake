# What one event costs the plan alone.
add_executable(feature_apply_bench feature_apply_bench.cc)
target_link_libraries(feature_apply_bench PRIVATE augury::feature augury_warnings)
