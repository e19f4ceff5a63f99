// A Result is not its value: it has to be asked first.
// refused: conversion from .* requested
#include <string>

#include "augury/result.h"

augury::Result<std::string> name();

std::string use() {
#ifdef MISUSE
  std::string found = name();
  return found;
#else
  return name().value_or("nobody");
#endif
}
