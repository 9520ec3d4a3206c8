import MusterCore
import Testing

/// Which lines of a log tell why a program failed.
@Suite struct ErrorLinesTests {
    @Test(arguments: [
        (
            "loading\nsrun: error: n1: task 0: Exited with exit code 1\nmain.c: error: no model\n",
            "main.c: error: no model"
        ),
        (
            "step 1\nRuntimeError: CUDA error: an illegal memory access\nstep 2 error: x\n",
            "RuntimeError: CUDA error: an illegal memory access"
        ),
        (
            "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB\nbye\n",
            "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB"
        ),
        (
            "epoch 1 error: 0.013\nepoch 2 error: 0.012\nFATAL could not read the mask\n",
            "FATAL could not read the mask"
        ),
        (
            "0 errors so far\nbash: line 1: frobnicate: command not found\n",
            "bash: line 1: frobnicate: command not found"
        ),
        (
            "a\n./run.sh: line 3: 4711 Segmentation fault      (core dumped) ./track\nmake: *** [all] Error 139\n",
            "./run.sh: line 3: 4711 Segmentation fault      (core dumped) ./track"
        ),
        (
            "2026-11-21 10:00:00 [INFO] begin\n2026-11-21 10:00:01 [ERROR] disk quota\n",
            "2026-11-21 10:00:01 [ERROR] disk quota"
        ),
        (
            "Warning: an error: may be ignored\ncat: x: No such file or directory\nend\n",
            "cat: x: No such file or directory"
        ),
        (
            "Error in readRDS(file) : unknown input format\nExecution halted\n",
            "Error in readRDS(file) : unknown input format"
        ),
        (
            "Exception in thread \"main\" java.lang.NullPointerException\n\tat A.main(A.java:3)\n",
            "Exception in thread \"main\" java.lang.NullPointerException"
        ),
        ("10 %\r20 %\r\u{1B}[31mERROR:\u{1B}[0m no scene\n", "ERROR: no scene"),
        (
            "thread 'main' panicked at src/main.rs:2:5:\nindex out of bounds\n",
            "thread 'main' panicked at src/main.rs:2:5:"
        ),
        ("only this\nand that  \n\n", "and that"),
        ("no good\n", "no good"),
    ]) func theLineThatTellsMost(output: String, line: String) {
        #expect(ErrorLines(in: output)?.decisive == line)
    }

    @Test func aTracebackGivesItsLastPlaceAndItsError() throws {
        let output = """
            begin
            Traceback (most recent call last):
              File "/opt/seg/main.py", line 9, in <module>
                run()
              File "/opt/seg/model.py", line 41, in run
                return load(path)
                       ^^^^^^^^^^
            FileNotFoundError: [Errno 2] No such file or directory: '/data/a.npy'
            srun: error: n1: task 0: Exited with exit code 1
            """
        let found = try #require(ErrorLines(in: output))
        #expect(found.decisive == "FileNotFoundError: [Errno 2] No such file or directory: '/data/a.npy'")
        #expect(
            found.lines == [
                "  File \"/opt/seg/model.py\", line 41, in run", "    return load(path)",
                "FileNotFoundError: [Errno 2] No such file or directory: '/data/a.npy'",
            ])
    }

    @Test func ofAChainTheFirstCountsAndOfSeparateOnesTheLast() {
        func traceback(_ error: String, mark: String = "") -> String {
            "\(mark)Traceback (most recent call last):\n\(mark)  File \"a.py\", line 1, in f\n\(mark)\(error)\n"
        }
        let chain =
            traceback("KeyError: 'survived'") + "going on\n" + traceback("ValueError: root", mark: "[rank0]: ")
            + "\n[rank0]: The above exception was the direct cause of the following exception:\n\n"
            + traceback("RuntimeError: on top", mark: "[rank0]: ")
        #expect(ErrorLines(in: chain)?.decisive == "ValueError: root")
        #expect(ErrorLines(in: traceback("A: 1") + "retry\n" + traceback("BError: 2"))?.decisive == "BError: 2")
        // Cut off in the middle: nothing of it can be taken, but other lines can.
        #expect(
            ErrorLines(in: "x\nTraceback (most recent call last):\n  File \"a.py\", line 1")?.lines.isEmpty == false)
    }

    @Test func whatBelongsToALineIsTakenToo() {
        let output =
            "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\nAborted\n"
        #expect(
            ErrorLines(in: output)?.lines == [
                "terminate called after throwing an instance of 'std::bad_alloc'", "  what():  std::bad_alloc",
            ])
    }

    @Test func nothingIsFoundInNothingAndLongLinesAreCut() {
        #expect(ErrorLines(in: " \n\r\n") == nil)
        #expect((ErrorLines(in: "error: " + String(repeating: "x", count: 5000))?.decisive.count ?? 0) < 500)
    }
}
