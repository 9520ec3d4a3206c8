import Glibc
import MusterAgent

exit(agentMain(CommandLine.arguments))
