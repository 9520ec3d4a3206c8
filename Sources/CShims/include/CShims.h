#include "cshims_process.h"
#include "cshims_threading.h"
