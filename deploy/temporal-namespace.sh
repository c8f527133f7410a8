#!/bin/sh
# The namespace of the product and its search attributes; every step may run again.
set -eu
namespace=$TEMPORAL_NAMESPACE

# The server's port is open some seconds before it serves.
tries=60
until temporal operator cluster health >/dev/null 2>&1; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || { echo "Temporal does not serve at $TEMPORAL_ADDRESS." >&2; exit 1; }
  sleep 1
done

temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$namespace" --retention "$TEMPORAL_RETENTION"

# A new namespace, and what it may be searched by, reach all parts of the server some seconds later.
tries=60
until known=$(temporal operator search-attribute list --namespace "$namespace" 2>/dev/null); do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || { echo "The namespace $namespace cannot be asked for its search attributes." >&2; exit 1; }
  sleep 1
done
register() {
  echo "$known" | grep -qw "$1" ||
    temporal operator search-attribute create --namespace "$namespace" --name "$1" --type "$2"
}
register ConversationStatus Keyword
register Owner Keyword
register NeedsHuman Bool
register NextActionAt Datetime
register NumberId Keyword
echo "The namespace $namespace and its search attributes are there."
