/* A stand-in for NVIDIA's libnvidia-ml.so.1 whose GPUs are the lines of the file that FAKE_NVML names, read at each call:
 *
 *   fail CODE                                             the library can't be started
 *   gpu INDEX UUID TOTAL USED PERCENT MILLIWATTS CELSIUS ERRORS
 *   denied INDEX                                          a GPU that this process may not use
 *   instance INDEX GI CI UUID TOTAL USED                  of a divided GPU
 *   process INDEX PID BYTES
 *   xid INDEX CODE                                        an error message; each line is told once
 *
 * OLD leaves out all but the oldest forms of the functions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { most = 8, not_supported = 3, no_permission = 4, not_found = 6, too_small = 7, timeout = 10 };

struct gpu {
    int is_there, is_denied, instances, percent, milliwatts, celsius;
    unsigned long long total, used, errors;
    char uuid[96];
};
struct instance {
    int parent, gi, ci;
    unsigned long long total, used;
    char uuid[96];
};
struct process { int gpu, pid; unsigned long long bytes; };
struct xid { int gpu; unsigned long long code; };

static struct {
    int fail, count, instance_count, process_count, xid_count;
    struct gpu gpus[most];
    struct instance instances[most];
    struct process processes[64];
    struct xid xids[64];
} state;
static int told;
/* Handles are addresses in here: instances stand behind the GPUs. */
static char handles[2 * most];

static void read_state(void) {
    memset(&state, 0, sizeof state);
    const char *path = getenv("FAKE_NVML");
    FILE *file = path ? fopen(path, "r") : NULL;
    char line[512];
    while (file && fgets(line, sizeof line, file)) {
        int index;
        struct gpu gpu = {.is_there = 1};
        struct instance instance;
        struct process process;
        struct xid xid;
        if (sscanf(line, "gpu %d %95s %llu %llu %d %d %d %llu", &index, gpu.uuid, &gpu.total, &gpu.used, &gpu.percent,
                   &gpu.milliwatts, &gpu.celsius, &gpu.errors) == 8) {
            state.gpus[index] = gpu;
            if (index >= state.count) state.count = index + 1;
        } else if (sscanf(line, "instance %d %d %d %95s %llu %llu", &instance.parent, &instance.gi, &instance.ci,
                          instance.uuid, &instance.total, &instance.used) == 6) {
            state.instances[state.instance_count++] = instance;
            state.gpus[instance.parent].instances++;
        } else if (sscanf(line, "process %d %d %llu", &process.gpu, &process.pid, &process.bytes) == 3) {
            state.processes[state.process_count++] = process;
        } else if (sscanf(line, "xid %d %llu", &xid.gpu, &xid.code) == 2) {
            state.xids[state.xid_count++] = xid;
        } else if (sscanf(line, "denied %d", &index) == 1) {
            state.gpus[index].is_denied = 1;
        } else {
            sscanf(line, "fail %d", &state.fail);
        }
    }
    if (file) fclose(file);
}

static int position(void *handle) {
    read_state();
    return (int)((char *)handle - handles);
}

static int start(void) {
    read_state();
    return state.fail;
}
const char *nvmlErrorString(int code) { return code == 9 ? "Driver Not Loaded" : "some error"; }
int nvmlSystemGetDriverVersion(char *text, unsigned size) { return snprintf(text, size, "1.2.3") < 0; }

static int count(unsigned *number) {
    read_state();
    *number = (unsigned)state.count;
    return 0;
}
static int handle(unsigned index, void **found) {
    read_state();
    if (index >= most || !state.gpus[index].is_there) return not_found;
    if (state.gpus[index].is_denied) return no_permission;
    *found = handles + index;
    return 0;
}
int nvmlDeviceGetUUID(void *device, char *text, unsigned size) {
    int at = position(device);
    snprintf(text, size, "%s", at < most ? state.gpus[at].uuid : state.instances[at - most].uuid);
    return 0;
}
int nvmlDeviceGetName(void *device, char *text, unsigned size) {
    (void)device;
    snprintf(text, size, "Fake 9000");
    return 0;
}
struct memory { unsigned long long total, free, used; };
int nvmlDeviceGetMemoryInfo(void *device, struct memory *memory) {
    int at = position(device);
    memory->total = at < most ? state.gpus[at].total : state.instances[at - most].total;
    memory->used = at < most ? state.gpus[at].used : state.instances[at - most].used;
    memory->free = memory->total - memory->used;
    return 0;
}
int nvmlDeviceGetUtilizationRates(void *device, unsigned *rates) {
    int at = position(device);
    if (at >= most) return not_supported;
    rates[0] = (unsigned)state.gpus[at].percent;
    return 0;
}
int nvmlDeviceGetPowerUsage(void *device, unsigned *value) {
    *value = (unsigned)state.gpus[position(device) % most].milliwatts;
    return 0;
}
int nvmlDeviceGetTemperature(void *device, int sensor, unsigned *value) {
    *value = (unsigned)state.gpus[position(device) % most].celsius;
    return sensor;
}
int nvmlDeviceGetTotalEccErrors(void *device, int kind, int counter, unsigned long long *value) {
    (void)kind;
    *value = state.gpus[position(device) % most].errors;
    return counter;
}

struct old_process { unsigned pid; unsigned long long used; };
struct new_process { unsigned pid; unsigned long long used; unsigned gi, ci; };

#ifdef OLD
int nvmlInit(void) { return start(); }
int nvmlDeviceGetCount(unsigned *number) { return count(number); }
int nvmlDeviceGetHandleByIndex(unsigned index, void **found) { return handle(index, found); }
int nvmlDeviceGetComputeRunningProcesses(void *device, unsigned *number, struct old_process *processes) {
    int at = position(device);
    unsigned found = 0;
    for (int i = 0; i < state.process_count; i++) {
        if (state.processes[i].gpu != at) continue;
        if (found == *number) return too_small;
        processes[found++] = (struct old_process){(unsigned)state.processes[i].pid, state.processes[i].bytes};
    }
    *number = found;
    return 0;
}
#else
int nvmlInit_v2(void) { return start(); }
int nvmlDeviceGetCount_v2(unsigned *number) { return count(number); }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **found) { return handle(index, found); }
struct memory2 { unsigned version; unsigned long long total, reserved, free, used; };
int nvmlDeviceGetMemoryInfo_v2(void *device, struct memory2 *memory) {
    struct memory old;
    if (memory->version != (sizeof *memory | 2u << 24)) return 2;
    nvmlDeviceGetMemoryInfo(device, &old);
    memory->total = old.total;
    memory->free = old.free;
    memory->used = old.used;
    memory->reserved = 0;
    return 0;
}
int nvmlDeviceGetComputeRunningProcesses_v3(void *device, unsigned *number, struct new_process *processes) {
    int at = position(device);
    unsigned found = 0;
    for (int i = 0; i < state.process_count; i++) {
        if (state.processes[i].gpu != at) continue;
        if (found == *number) return too_small;
        processes[found++] =
            (struct new_process){(unsigned)state.processes[i].pid, state.processes[i].bytes, ~0u, ~0u};
    }
    *number = found;
    return 0;
}
int nvmlDeviceGetMigMode(void *device, unsigned *now, unsigned *later) {
    *now = *later = state.gpus[position(device) % most].instances > 0;
    return 0;
}
int nvmlDeviceGetMaxMigDeviceCount(void *device, unsigned *number) {
    (void)device;
    *number = most;
    return 0;
}
int nvmlDeviceGetMigDeviceHandleByIndex(void *device, unsigned index, void **found) {
    int parent = position(device);
    if ((int)index >= state.instance_count || state.instances[index].parent != parent) return not_found;
    *found = handles + most + index;
    return 0;
}
int nvmlDeviceGetGpuInstanceId(void *device, unsigned *number) {
    *number = (unsigned)state.instances[position(device) - most].gi;
    return 0;
}
int nvmlDeviceGetComputeInstanceId(void *device, unsigned *number) {
    *number = (unsigned)state.instances[position(device) - most].ci;
    return 0;
}
#endif

int nvmlEventSetCreate(void **set) {
    *set = handles;
    return 0;
}
int nvmlDeviceRegisterEvents(void *device, unsigned long long kinds, void *set) {
    (void)device, (void)kinds, (void)set;
    return 0;
}
struct event { void *device; unsigned long long type, data; unsigned gi, ci; };
#ifdef OLD
int nvmlEventSetWait(void *set, struct event *event, unsigned milliseconds) {
#else
int nvmlEventSetWait_v2(void *set, struct event *event, unsigned milliseconds) {
#endif
    (void)set, (void)milliseconds;
    read_state();
    if (told >= state.xid_count) return timeout;
    event->device = handles + state.xids[told].gpu;
    event->type = 8;
    event->data = state.xids[told].code;
#ifndef OLD
    event->gi = event->ci = ~0u;
#endif
    told++;
    return 0;
}
