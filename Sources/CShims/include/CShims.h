#include "cshims_nvml.h"
#include "cshims_terminal.h"
#include "cshims_process.h"
#include "cshims_threading.h"
