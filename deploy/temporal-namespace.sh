#!/bin/sh
# The namespace of the product; the worker registers its search attributes in it when it starts.
set -eu
temporal operator namespace describe --namespace default >/dev/null 2>&1 ||
  temporal operator namespace create --namespace default --retention 30d
