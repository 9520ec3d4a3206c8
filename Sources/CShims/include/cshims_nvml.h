#ifndef CSHIMS_NVML_H
#define CSHIMS_NVML_H

#include <stddef.h>
#include <stdint.h>

#if !defined(__clang__)
#define _Nonnull
#define _Nullable
#endif

/* The few functions of NVIDIA's management library (NVML) that a sampler needs. The library comes with the driver and
 * is loaded when it is first wanted; newer forms of its functions are tried before older ones. Not thread-safe: to be
 * used by one thread. See the NVML API reference. */

/// Loads and initialises the library. Answers 0, or -1 with the reason in `reason`, which may be asked again later.
int cshims_nvml_open(char *_Nonnull reason, size_t size);

/// The driver's version as text; empty when it isn't told.
void cshims_nvml_driver(char *_Nonnull text, size_t size);

struct cshims_nvml_device {
    /// The library's handle; of the instance where this is one of a divided GPU (MIG).
    void *_Nullable handle;
    /// The handle of the whole GPU; the same one where it is not divided.
    void *_Nullable whole;
    /// The library's number of the whole GPU.
    int index;
    /// The numbers of the instance on the GPU; -1 for a whole GPU.
    int gpu_instance, compute_instance;
    /// Whether the GPU is divided: programs then see its instances only.
    int is_divided;
    char uuid[96], name[96];
    /// `00000000:3B:00.0`; empty when it isn't told.
    char bus[40];
};

/// The GPUs that this process may use, and behind each one that is divided its instances. Answers how many were written.
int cshims_nvml_devices(struct cshims_nvml_device *_Nonnull devices, int capacity);

/// What isn't told is -1.
struct cshims_nvml_reading {
    /// Bytes. `used` leaves out what the driver holds for itself where the library tells these apart.
    int64_t total, used, free;
    /// Per cent of the time since the last second or so in which a kernel ran.
    int32_t utilization;
    int32_t milliwatts, celsius;
    /// Uncorrected memory errors since the driver was loaded.
    int64_t uncorrected;
};

void cshims_nvml_read(const struct cshims_nvml_device *_Nonnull device, struct cshims_nvml_reading *_Nonnull reading);

struct cshims_nvml_process {
    int32_t pid;
    /// Bytes; -1 when it isn't told.
    int64_t used;
};

/// The processes that compute on the device. Answers how many were written, or -1 when that can't be told.
int cshims_nvml_processes(
    const struct cshims_nvml_device *_Nonnull device, struct cshims_nvml_process *_Nonnull processes, int capacity);

/// Begins to listen for the driver's error messages (Xid) about the device. 0, or -1 where it doesn't tell them.
int cshims_nvml_listen(const struct cshims_nvml_device *_Nonnull device);

struct cshims_nvml_error {
    /// The whole GPU's handle.
    void *_Nullable whole;
    /// The instance, where only one is concerned; else -1.
    int gpu_instance, compute_instance;
    /// The driver's number of the error.
    int64_t code;
};

/// Takes the next error message that has come, without waiting. 1, or 0 when there is none.
int cshims_nvml_next_error(struct cshims_nvml_error *_Nonnull error);

#endif
