import MusterCore

/// What a stage's own Python is asked of itself.
///
/// No large library is imported: that takes seconds and memory. GPUs are looked at by the driver's own functions, which
/// make no context, so one that a single process may use stays free for the stage.
enum PythonQuestions {
    /// A stage that asks instead of `stage`, in the same surroundings; nil where its program is no Python.
    static func stage(like stage: StageSpec) -> StageSpec? {
        guard case .argv(let words) = stage.command, case .word(let program)? = words.first,
            program.split(separator: "/").last?.hasPrefix("python") ?? false
        else { return nil }
        let plain = words.compactMap { word -> String? in
            if case .word(let text) = word { text } else { nil }
        }
        var asking = stage
        asking.nodes = 1
        asking.command = .argv([.word(program), "-c", .word(script), .word(source(of: plain))])
        return asking
    }

    /// The module's package behind `-m`, else the file that Python runs.
    private static func source(of words: [String]) -> String {
        if let index = words.firstIndex(of: "-m"), words.indices.contains(index + 1) {
            return words[index + 1].split(separator: ".").first.map(String.init) ?? ""
        }
        return words.dropFirst().first { $0.hasSuffix(".py") } ?? ""
    }

    /// Prints a line of JSON for each answer at once, so that what is known survives an end by force. It has no braces, since
    /// those would be taken for placeholders.
    static let script = """
        import ctypes, importlib.metadata, importlib.util, json, os, platform, subprocess, sys

        def tell(name, ask):
            try:
                answer = ask()
            except Exception:
                answer = None
            if answer is not None:
                print(json.dumps(dict([(name, answer)])), flush=True)
            return answer

        def python():
            return dict(version=platform.python_version(), implementation=platform.python_implementation(),
                        executable=sys.executable)

        def variables():
            return dict((name, os.environ[name]) for name in ("CONDA_DEFAULT_ENV", "VIRTUAL_ENV") if name in os.environ)

        def folder(module):
            if module.endswith(".py"):
                return os.path.dirname(os.path.abspath(module))
            spec = importlib.util.find_spec(module)
            return os.path.dirname(spec.origin) if spec.origin else list(spec.submodule_search_locations)[0]

        def git():
            place = folder(sys.argv[1])
            def ask(*words):
                return subprocess.run(("git", "-C", place) + words, stdin=subprocess.DEVNULL, capture_output=True,
                                      check=True, timeout=4, text=True,
                                      env=dict(os.environ, GIT_OPTIONAL_LOCKS="0")).stdout.strip()
            if not ask("ls-files", "--", "."):
                return None
            return dict(commit=ask("rev-parse", "HEAD"), branch=ask("rev-parse", "--abbrev-ref", "HEAD"),
                        dirty=ask("status", "--porcelain", "--untracked-files=no") != "")

        def devices():
            try:
                cuda = ctypes.CDLL("libcuda.so.1")
            except OSError:
                return []
            count = ctypes.c_int()
            if cuda.cuInit(0) or cuda.cuDeviceGetCount(ctypes.byref(count)):
                return []
            return [device(cuda, number) for number in range(count.value)]

        def device(cuda, number):
            handle, name, total = ctypes.c_int(), ctypes.create_string_buffer(256), ctypes.c_size_t()
            cuda.cuDeviceGet(ctypes.byref(handle), number)
            cuda.cuDeviceGetName(name, 256, handle)
            cuda.cuDeviceTotalMem_v2(ctypes.byref(total), handle)
            def attribute(which):
                value = ctypes.c_int()
                cuda.cuDeviceGetAttribute(ctypes.byref(value), which, handle)
                return value.value
            return dict(index=number, name=name.value.decode(), total_memory_mib=round(total.value / 1048576, 2),
                        multi_processor_count=attribute(16), capability="%d.%d" % (attribute(75), attribute(76)))

        def cudnn():
            for distribution in importlib.metadata.distributions():
                if (distribution.metadata["Name"] or "").startswith("nvidia-cudnn"):
                    parts = [int(part) for part in distribution.version.split(".")[:3]]
                    return parts[0] * (1000 if parts[0] < 9 else 10000) + parts[1] * 100 + parts[2]
            return None

        def torch():
            spec = importlib.util.find_spec("torch")
            if spec is None:
                return None
            said = dict()
            with open(os.path.join(os.path.dirname(spec.origin), "version.py")) as file:
                exec(file.read(), said)
            found = tell("devices", devices) or []
            facts = dict(version=str(said["__version__"]), cuda_available=bool(said.get("cuda") and found),
                         cuda_version=said.get("cuda"), cudnn_version=cudnn())
            return dict((key, value) for key, value in facts.items() if value is not None)

        tell("python", python)
        tell("environment", variables)
        for name in ("numpy", "psutil"):
            tell(name, lambda: importlib.metadata.version(name))
        tell("torch", torch)
        tell("git", git)
        """
}
