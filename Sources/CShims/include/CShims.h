#include "cshims_process.h"
