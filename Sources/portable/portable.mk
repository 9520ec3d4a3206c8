# Targets for the top-level Makefile to include; run in the package's root.
#
#   agent-portable        .build-agent/muster-agent, one file for other x86-64 distributions, and
#                         .build-agent/muster-agent.debug, the same with its symbols
#   check-agent-portable  run that file in an empty root
#   agent-portable-packages  what these need of Debian 12

portable_goal := $(.DEFAULT_GOAL)
portable_dir := $(dir $(lastword $(MAKEFILE_LIST)))
AGENT_OUT ?= .build-agent

.PHONY: agent-portable check-agent-portable agent-portable-packages

agent-portable:
	@[ "$$(uname -m)" = x86_64 ] || { echo "agent-portable: made for x86-64 only, this is $$(uname -m)" >&2; exit 1; }
	$(MAKE) -f $(portable_dir)zmq.mk O=$(AGENT_OUT) agent-pieces
	sh $(portable_dir)agent.sh $(AGENT_OUT)

check-agent-portable: agent-portable
	sh $(portable_dir)check-empty-root.sh $(AGENT_OUT)/muster-agent

agent-portable-packages:
	apt-get install -y --no-install-recommends libsodium-dev libzmq3-dev dpkg-dev binutils gcc g++ make xz-utils

# Including this file first does not make its first target the default.
.DEFAULT_GOAL := $(portable_goal)
