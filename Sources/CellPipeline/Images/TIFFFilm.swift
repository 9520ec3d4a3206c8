internal import TIFF

/// An open TIFF file and what was understood of it.
struct TIFFFilm {
    let reader: TIFFReader
    let film: Film
    /// What each pixel is in the file.
    let sample: TIFFSampleType

    /// Opens a file, and takes what its pages are from the layout, or, where that is `auto`, from its OME-XML, ImageJ's
    /// description, or nothing where there is a single page. Pages of different form are an error.
    init(path: String, layout: Layout) throws {
        do {
            reader = try TIFFReader(path: path)
            film = try Self.understand(reader, layout)
            sample = try Self.check(film, reader)
        } catch let error as TIFFError {
            throw PipelineError(error)
        } catch let error as ImageFault {
            throw error.error(path)
        }
    }

    private static func understand(_ reader: TIFFReader, _ layout: Layout) throws -> Film {
        let text = reader.imageDescription ?? ""
        if layout == .auto, let description = try OMEDescription(text) {
            return try Film(description, pageCount: reader.pageCount)
        }
        let description = try ImageJDescription(text)
        // Thumbnails and smaller copies stand between the pages of some programs.
        let pages = (0..<reader.pageCount).filter { !reader.page($0).isReduced }.map { Int32($0) }
        guard let first = pages.first else { throw "it has no page of full size" as ImageFault }
        let form = reader.page(Int(first))
        let size = FrameSize(height: form.height, width: form.width)
        let sequence = try sequence(description, reader, pages)
        let planes = sequence ?? pages
        let table: PlaneTable
        let origin: Film.Origin
        if layout != .auto {
            (table, origin) = (try layout.planes(count: planes.count), .layout)
        } else if let description {
            (table, origin) = (try description.planes(count: planes.count), .imageJ)
        } else if planes.count == 1 {
            (table, origin) = (PlaneTable(), .layout)
        } else {
            throw "it does not say what its \(planes.count) pages are" as ImageFault
        }
        var film = Film(table, pages: planes, size: size, origin: origin)
        film.isSequence = sequence != nil
        if let description {
            if let interval = description.intervalMs {
                let times = (0..<film.times).map { Double($0) * interval }
                for index in film.fields.indices { film.fields[index].times = times }
            }
            if let unit = description.unitMicrometres, let perUnit = reader.horizontalResolution, perUnit > 0 {
                film.pixelMicrometres = unit / perUnit
            }
        }
        return film
    }

    /// The planes behind the only page, where ImageJ says that there are some.
    private static func sequence(
        _ description: ImageJDescription?, _ reader: TIFFReader, _ pages: [Int32]
    ) throws -> [Int32]? {
        guard let images = description?.images, images > 1, reader.pageCount == 1 else { return nil }
        let there = try reader.planesInSequence(of: 0)
        if there < images {
            throw "ImageJ's description says \(images) planes behind its only page, and there are \(there)"
                as ImageFault
        }
        return (0..<Int32(images)).map { $0 }
    }

    /// What the pixels of all planes are.
    private static func check(_ film: Film, _ reader: TIFFReader) throws -> TIFFSampleType {
        let planes = film.isSequence ? [0] : film.fields.flatMap(\.planes)
        let first = reader.page(Int(planes[0]))
        for plane in planes {
            let form = reader.page(Int(plane))
            if let fault = form.fault {
                throw TIFFError(operation: "read", path: reader.path, page: Int(plane), reason: fault)
            }
            if form.width != film.size.width || form.height != film.size.height {
                let expected = "\(film.size.width) x \(film.size.height)"
                throw "page \(plane) is \(form.width) x \(form.height) pixels, and \(expected) are expected"
                    as ImageFault
            }
            if form.sample != first.sample {
                throw "page \(plane) has other pixels than page \(planes[0])" as ImageFault
            }
        }
        guard let sample = first.sample else { throw "its pixels are of no known kind" as ImageFault }
        return sample
    }
}
