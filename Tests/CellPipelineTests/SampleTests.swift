import Foundation
import Testing

@testable import CellPipeline

@Suite struct SampleTests {
    private func samples(_ yaml: String) throws -> [Sample] { try SampleList.parse(Array(yaml.utf8), path: "s.yaml") }

    @Test func rangesNumbersAndLists() throws {
        let read = try samples(
            "samples:\n- {name: control, fovs: '0-2, 7, 9-11'}\n- name: drug\n  fovs: [4, '5-6']\n- {name: x, fovs: 3}\n"
        )
        #expect(
            read == [
                Sample(name: "control", fovs: [0, 1, 2, 7, 9, 10, 11]), Sample(name: "drug", fovs: [4, 5, 6]),
                Sample(name: "x", fovs: [3]),
            ])
    }

    @Test(arguments: [
        ("samples: []", "s.yaml:1': expected 'samples'"), ("- a", "expected 'samples'"),
        ("samples:\n- {name: a, fovs: 1}\n- {name: a, fovs: 2}", "s.yaml:3': the sample 'a' stands twice"),
        ("samples:\n- {name: a, fovs: 1-3}\n- {name: b, fovs: 3}", "field of view 3 belongs to 'a' and to 'b'"),
        ("samples:\n- {name: ../a, fovs: 1}", "needs a 'name'"), ("samples:\n- {name: a, fovs: 3-1}", "needs 'fovs'"),
        ("samples:\n- {name: a}", "needs 'fovs'"), ("samples: [", "s.yaml:"),
    ])
    func mistakes(yaml: String, words: String) {
        #expect { try samples(yaml) } throws: { "\($0)".contains(words) }
    }

    @Test func goodRowsOfASampleComeTogetherByFeatureAndChannel() throws {
        let folder = NSTemporaryDirectory() + "samples-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func put(_ name: String, _ text: String) throws {
            let path = "\(folder)/\(name)"
            try FileManager.default.createDirectory(
                at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: path))
        }
        try put(
            "in/metadata.json",
            """
            {"schema":1,"base_name":"b","width":8,"height":8,"n_frames":2,"n_fovs":3,"channels":{"pc":0,"fl":[1]}}
            """)
        let head = "fov,cell,frame,time,good,position_x,position_y,area,intensity_total\n"
        for fov in 0..<3 {
            try put(
                "in/fov_00\(fov)/b_fov_00\(fov)_traces_ch_1.csv",
                head + "\(fov),1,0,0.0,True,1,1,\(10 + fov),5\n\(fov),2,0,0.0,False,1,1,99,5\n")
        }
        try put("in/fov_002/b_fov_002_traces_ch_1_inspected.csv", head + "2,1,0,0.0,True,1,1,77.50,5\n")
        let merge = try SampleMerge(folders: ["\(folder)/in"])
        let written = try merge.write(
            [Sample(name: "both", fovs: [0, 2])], features: ["area"], to: "\(folder)/out")
        #expect(written == ["\(folder)/out/both_area_ch_1.csv"])
        #expect(
            try String(contentsOfFile: written[0], encoding: .utf8)
                == "time,fov,cell,value\n0.0,0,1,10\n0.0,2,1,77.50\n")
        #expect { try merge.write([Sample(name: "s", fovs: [8])], to: folder) } throws: {
            "\($0)".contains("field of view 8 has no traces")
        }
        #expect { try merge.write([Sample(name: "s", fovs: [0])], features: ["size"], to: folder) } throws: {
            "\($0)".contains("no column size")
        }
        #expect { try SampleMerge(folders: ["\(folder)/in", "\(folder)/in"]) } throws: {
            "\($0)".contains("field of view 0")
        }
    }
}
