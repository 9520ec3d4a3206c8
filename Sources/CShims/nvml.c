#define _GNU_SOURCE
#include "cshims_nvml.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* Declared here and not by nvml.h, which comes with the CUDA toolkit and is not where muster is built. The structures
 * are those of the functions' named versions, which the library keeps. */

typedef void *device_t;
typedef int status_t;
enum { ok = 0, too_small = 7 };
enum { utf8_short = 96, volatile_counter = 0, uncorrected_errors = 1, core_sensor = 0, critical_errors = 0x8 };
static const unsigned long long not_told = ~0ull;

struct memory {
    unsigned long long total, free, used;
};
struct memory2 {
    unsigned version;
    unsigned long long total, reserved, free, used;
};
struct process1 {
    unsigned pid;
    unsigned long long used;
};
struct process2 {
    unsigned pid;
    unsigned long long used;
    unsigned gpu_instance, compute_instance;
};
struct pci {
    char short_bus[16];
    unsigned domain, bus, device, id, subsystem;
    char long_bus[32];
};
struct event {
    device_t device;
    unsigned long long type, data;
    unsigned gpu_instance, compute_instance;
};
struct rates {
    unsigned gpu, memory;
};

static struct {
    int is_open;
    void *library;
    status_t (*init)(void);
    const char *(*words)(status_t);
    status_t (*driver)(char *, unsigned);
    status_t (*count)(unsigned *);
    status_t (*handle)(unsigned, device_t *);
    status_t (*uuid)(device_t, char *, unsigned);
    status_t (*name)(device_t, char *, unsigned);
    status_t (*pci)(device_t, struct pci *);
    status_t (*memory)(device_t, struct memory *);
    status_t (*memory2)(device_t, struct memory2 *);
    status_t (*utilization)(device_t, struct rates *);
    status_t (*power)(device_t, unsigned *);
    status_t (*temperature)(device_t, int, unsigned *);
    status_t (*ecc)(device_t, int, int, unsigned long long *);
    status_t (*processes1)(device_t, unsigned *, struct process1 *);
    status_t (*processes2)(device_t, unsigned *, struct process2 *);
    status_t (*mig_mode)(device_t, unsigned *, unsigned *);
    status_t (*mig_count)(device_t, unsigned *);
    status_t (*mig_handle)(device_t, unsigned, device_t *);
    status_t (*gpu_instance)(device_t, unsigned *);
    status_t (*compute_instance)(device_t, unsigned *);
    status_t (*make_events)(void **);
    status_t (*listen)(device_t, unsigned long long, void *);
    status_t (*next_event)(void *, struct event *, unsigned);
    void *events;
    /* The older form of next_event does not write the instances. */
    int has_instances;
} nvml;

/* The first of the names that the library has. */
static void *find(const char *name, const char *other) {
    void *found = dlsym(nvml.library, name);
    return found || !other ? found : dlsym(nvml.library, other);
}

static void load(void) {
    static const char *const names[] = {
        "libnvidia-ml.so.1", "/usr/lib64/libnvidia-ml.so.1", "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1",
        "/usr/lib/aarch64-linux-gnu/libnvidia-ml.so.1", "/usr/lib/wsl/lib/libnvidia-ml.so.1",
    };
    for (size_t i = 0; !nvml.library && i < sizeof names / sizeof *names; i++) {
        nvml.library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    }
}

#define FIND(field, name, other) *(void **)&nvml.field = find(name, other)

static void find_all(void) {
    FIND(init, "nvmlInit_v2", "nvmlInit");
    FIND(words, "nvmlErrorString", NULL);
    FIND(driver, "nvmlSystemGetDriverVersion", NULL);
    FIND(count, "nvmlDeviceGetCount_v2", "nvmlDeviceGetCount");
    FIND(handle, "nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex");
    FIND(uuid, "nvmlDeviceGetUUID", NULL);
    FIND(name, "nvmlDeviceGetName", NULL);
    FIND(pci, "nvmlDeviceGetPciInfo_v3", NULL);
    FIND(memory, "nvmlDeviceGetMemoryInfo", NULL);
    FIND(memory2, "nvmlDeviceGetMemoryInfo_v2", NULL);
    FIND(utilization, "nvmlDeviceGetUtilizationRates", NULL);
    FIND(power, "nvmlDeviceGetPowerUsage", NULL);
    FIND(temperature, "nvmlDeviceGetTemperature", NULL);
    FIND(ecc, "nvmlDeviceGetTotalEccErrors", NULL);
    FIND(processes1, "nvmlDeviceGetComputeRunningProcesses", NULL);
    FIND(processes2, "nvmlDeviceGetComputeRunningProcesses_v3", "nvmlDeviceGetComputeRunningProcesses_v2");
    FIND(mig_mode, "nvmlDeviceGetMigMode", NULL);
    FIND(mig_count, "nvmlDeviceGetMaxMigDeviceCount", NULL);
    FIND(mig_handle, "nvmlDeviceGetMigDeviceHandleByIndex", NULL);
    FIND(gpu_instance, "nvmlDeviceGetGpuInstanceId", NULL);
    FIND(compute_instance, "nvmlDeviceGetComputeInstanceId", NULL);
    FIND(make_events, "nvmlEventSetCreate", NULL);
    FIND(listen, "nvmlDeviceRegisterEvents", NULL);
    FIND(next_event, "nvmlEventSetWait_v2", NULL);
    nvml.has_instances = nvml.next_event != NULL;
    if (!nvml.next_event) FIND(next_event, "nvmlEventSetWait", NULL);
}

int cshims_nvml_open(char *reason, size_t size) {
    if (nvml.is_open) return 0;
    if (!nvml.library) {
        load();
        if (!nvml.library) {
            const char *words = dlerror();
            snprintf(reason, size, "NVIDIA's libnvidia-ml.so.1 can't be loaded%s%s", words ? ": " : "", words ? words : "");
            return -1;
        }
        find_all();
    }
    if (!nvml.init || !nvml.count || !nvml.handle || !nvml.uuid) {
        snprintf(reason, size, "libnvidia-ml.so.1 lacks functions that every version of it has");
        return -1;
    }
    status_t status = nvml.init();
    if (status != ok) {
        const char *words = nvml.words ? nvml.words(status) : NULL;
        snprintf(reason, size, "libnvidia-ml.so.1 can't be used: %s", words ? words : "its start failed");
        return -1;
    }
    nvml.is_open = 1;
    return 0;
}

void cshims_nvml_driver(char *text, size_t size) {
    if (size == 0) return;
    text[0] = 0;
    if (!nvml.is_open || !nvml.driver || nvml.driver(text, (unsigned)size) != ok) text[0] = 0;
}

static void describe(struct cshims_nvml_device *device) {
    if (nvml.uuid(device->handle, device->uuid, utf8_short) != ok) device->uuid[0] = 0;
    if (!nvml.name || nvml.name(device->handle, device->name, sizeof device->name) != ok) device->name[0] = 0;
    struct pci pci = {0};
    if (nvml.pci && nvml.pci(device->whole, &pci) == ok) {
        pci.long_bus[sizeof pci.long_bus - 1] = 0;
        strcpy(device->bus, pci.long_bus);
    }
}

static int instances(const struct cshims_nvml_device *whole, struct cshims_nvml_device *devices, int capacity) {
    unsigned most = 0;
    int found = 0;
    if (!nvml.mig_count || !nvml.mig_handle || nvml.mig_count(whole->handle, &most) != ok) return 0;
    for (unsigned i = 0; i < most && found < capacity; i++) {
        struct cshims_nvml_device device = {.whole = whole->handle, .index = whole->index, .is_divided = 0};
        if (nvml.mig_handle(whole->handle, i, &device.handle) != ok) continue;
        unsigned number = 0;
        device.gpu_instance = nvml.gpu_instance && nvml.gpu_instance(device.handle, &number) == ok ? (int)number : -1;
        device.compute_instance =
            nvml.compute_instance && nvml.compute_instance(device.handle, &number) == ok ? (int)number : -1;
        describe(&device);
        devices[found++] = device;
    }
    return found;
}

int cshims_nvml_devices(struct cshims_nvml_device *devices, int capacity) {
    unsigned count = 0;
    int found = 0;
    if (!nvml.is_open || nvml.count(&count) != ok) return 0;
    for (unsigned i = 0; i < count && found < capacity; i++) {
        struct cshims_nvml_device device = {.index = (int)i, .gpu_instance = -1, .compute_instance = -1};
        /* Devices of other jobs are counted, yet may not be used. */
        if (nvml.handle(i, &device.handle) != ok) continue;
        device.whole = device.handle;
        unsigned now = 0, later = 0;
        device.is_divided = nvml.mig_mode && nvml.mig_mode(device.handle, &now, &later) == ok && now == 1;
        describe(&device);
        devices[found++] = device;
        if (device.is_divided) found += instances(&device, devices + found, capacity - found);
    }
    return found;
}

static void read_memory(device_t handle, struct cshims_nvml_reading *reading) {
    struct memory2 new = {.version = (unsigned)sizeof(struct memory2) | 2u << 24};
    struct memory old;
    if (nvml.memory2 && nvml.memory2(handle, &new) == ok) {
        reading->total = (int64_t)new.total, reading->used = (int64_t)new.used, reading->free = (int64_t)new.free;
    } else if (nvml.memory && nvml.memory(handle, &old) == ok) {
        reading->total = (int64_t)old.total, reading->used = (int64_t)old.used, reading->free = (int64_t)old.free;
    }
}

void cshims_nvml_read(const struct cshims_nvml_device *device, struct cshims_nvml_reading *reading) {
    *reading = (struct cshims_nvml_reading){-1, -1, -1, -1, -1, -1, -1};
    if (!nvml.is_open) return;
    read_memory(device->handle, reading);
    struct rates rates;
    unsigned value;
    unsigned long long errors;
    if (nvml.utilization && nvml.utilization(device->handle, &rates) == ok) reading->utilization = (int32_t)rates.gpu;
    if (nvml.power && nvml.power(device->whole, &value) == ok) reading->milliwatts = (int32_t)value;
    if (nvml.temperature && nvml.temperature(device->whole, core_sensor, &value) == ok) {
        reading->celsius = (int32_t)value;
    }
    if (nvml.ecc && nvml.ecc(device->whole, uncorrected_errors, volatile_counter, &errors) == ok) {
        reading->uncorrected = (int64_t)errors;
    }
}

enum { most_processes = 256 };

static int64_t bytes(unsigned long long used) { return used == not_told ? -1 : (int64_t)used; }

int cshims_nvml_processes(const struct cshims_nvml_device *device, struct cshims_nvml_process *processes, int capacity) {
    if (!nvml.is_open) return -1;
    unsigned count = most_processes;
    int written = 0;
    if (nvml.processes2) {
        struct process2 found[most_processes];
        status_t status = nvml.processes2(device->handle, &count, found);
        if (status != ok && status != too_small) return -1;
        for (unsigned i = 0; i < count && i < most_processes && written < capacity; i++) {
            processes[written++] = (struct cshims_nvml_process){(int32_t)found[i].pid, bytes(found[i].used)};
        }
        return written;
    }
    struct process1 found[most_processes];
    if (!nvml.processes1) return -1;
    status_t status = nvml.processes1(device->handle, &count, found);
    if (status != ok && status != too_small) return -1;
    for (unsigned i = 0; i < count && i < most_processes && written < capacity; i++) {
        processes[written++] = (struct cshims_nvml_process){(int32_t)found[i].pid, bytes(found[i].used)};
    }
    return written;
}

int cshims_nvml_listen(const struct cshims_nvml_device *device) {
    if (!nvml.is_open || !nvml.make_events || !nvml.listen || !nvml.next_event) return -1;
    if (!nvml.events && nvml.make_events(&nvml.events) != ok) {
        nvml.events = NULL;
        return -1;
    }
    return nvml.listen(device->whole, critical_errors, nvml.events) == ok ? 0 : -1;
}

int cshims_nvml_next_error(struct cshims_nvml_error *error) {
    struct event event = {.gpu_instance = ~0u, .compute_instance = ~0u};
    while (nvml.events && nvml.next_event(nvml.events, &event, 0) == ok) {
        if (!(event.type & critical_errors)) continue;
        int is_whole = !nvml.has_instances || event.gpu_instance == ~0u;
        error->whole = event.device;
        error->gpu_instance = is_whole ? -1 : (int)event.gpu_instance;
        error->compute_instance = is_whole ? -1 : (int)event.compute_instance;
        error->code = (int64_t)event.data;
        return 1;
    }
    return 0;
}
