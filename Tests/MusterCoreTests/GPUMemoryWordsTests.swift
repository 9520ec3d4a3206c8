import MusterCore
import Testing

@Suite struct GPUMemoryWordsTests {
    @Test(arguments: [
        "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 GiB (GPU 0; 15.78 GiB total capacity; 2 GiB already allocated) If reserved memory is >> allocated memory try setting max_split_size_mb to avoid fragmentation.",
        "RuntimeError: CUDA out of memory. Tried to allocate 512.00 MiB", "RuntimeError: CUDA error: out of memory",
        "[rank3]: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.",
        "torch.OutOfMemoryError: HIP out of memory. Tried to allocate 64.00 MiB",
        "jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate 17179869184 bytes.",
        "tensorflow.python.framework.errors_impl.ResourceExhaustedError: OOM when allocating tensor with shape[64,512] and type float on /job:localhost/replica:0/task:0/device:GPU:0",
        "cupy.cuda.memory.OutOfMemoryError: Out of memory allocating 8,000,000,000 bytes (allocated so far: 0 bytes).",
        "numba.cuda.cudadrv.driver.CudaAPIError: [2] Call to cuMemAlloc results in CUDA_ERROR_OUT_OF_MEMORY",
        "RuntimeError: cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "MemoryError: std::bad_alloc: out_of_memory: CUDA error at: /rmm/cuda_memory_resource.hpp",
        "CUDA error at kernel.cu:33: out of memory", "GPUassert: out of memory main.cu 12",
        "terminate called after throwing an instance of 'thrust::system::system_error'\n  what():  cudaErrorMemoryAllocation: out of memory\nAborted (core dumped)",
        "THCudaCheck FAIL file=x.cu line=58 error=2 : out of memory\nRuntimeError: cuda runtime error (2) : out of memory at x.cu:58",
        "RuntimeError: CUDA out of memory.\nsrun: error: n1: task 0: Exited with exit code 1",
        "torch.OutOfMemoryError: CUDA out of memory.\ntorch.distributed.elastic.multiprocessing.errors.ChildFailedError:\nsubprocess.CalledProcessError: Command '['python']' returned non-zero exit status 1.",
        "epoch 1\rRuntimeError: CUDA out of memory.",
    ]) func theMemoryOfAGPURanOut(tail: String) { #expect(GPUMemoryWords.line(in: tail) != nil) }

    @Test(arguments: [
        "", "all is well", "MemoryError",
        "numpy.core._exceptions._ArrayMemoryError: Unable to allocate 74.5 GiB for an array",
        "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc",
        "hint: if you see CUDA out of memory, lower --batch-size\nValueError: no such file",
        "RuntimeError: CUDA out of memory. Tried to allocate 2 GiB\nretrying with half the batch\nepoch 1 done\nValueError: shapes differ",
        "warning: previous attempt failed with CUDA error: out of memory, now on the CPU",
        "caught CUDA error: out of memory, trying again\nSegmentation fault (core dumped)",
        "tensorflow.python.framework.errors_impl.ResourceExhaustedError: OOM when allocating tensor with shape[9] on /job:localhost/device:CPU:0",
        "documentation: how to avoid CUDA error: out of memory", "Killed",
        "RuntimeError: CUDA error: an illegal memory access was encountered",
        "KeyError: 'CUDA_OUT'", "OSError: [Errno 12] Cannot allocate memory",
        "java.lang.OutOfMemoryError: Java heap space",
    ]) func somethingElseHappened(tail: String) {
        #expect(GPUMemoryWords.line(in: tail) == nil, "\(GPUMemoryWords.line(in: tail) ?? "")")
    }
}
