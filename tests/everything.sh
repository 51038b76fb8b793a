#!/usr/bin/env bash
# Every test at its full count, then the test networks in Docker. As root on Debian with the .NET SDK, Node.js and Docker with Compose; takes
# an hour or two. Ends with 0 when everything passed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

MESSENGER_TEST_ROUNDS=30 MESSENGER_TEST_MUTATIONS=20000 MESSENGER_TEST_CLUSTER_MESSAGES=50000 .ci/run
tests/compose-network.sh
tests/compose-network.sh mesh
