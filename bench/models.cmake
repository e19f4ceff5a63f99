# Trees against their peers: build with the bench preset, run by bench/run or by hand:
#   bench_model_trees MODEL.txt          (tools/make_bench_model.py makes the models)
find_path(AUGURY_XGBOOST_INCLUDE xgboost/c_api.h)
find_library(AUGURY_XGBOOST xgboost)
if(AUGURY_XGBOOST AND AUGURY_XGBOOST_INCLUDE)
  add_executable(bench_model_trees ${CMAKE_CURRENT_LIST_DIR}/model_trees_bench.cc
                                   ${CMAKE_CURRENT_LIST_DIR}/model_trees_peers.cc)
  target_include_directories(bench_model_trees PRIVATE ${AUGURY_XGBOOST_INCLUDE})
  target_link_libraries(bench_model_trees PRIVATE augury::model augury_warnings ${AUGURY_XGBOOST} ${CMAKE_DL_LIBS})
else()
  message(STATUS "bench_model_trees left out: libxgboost-dev is not installed")
endif()
