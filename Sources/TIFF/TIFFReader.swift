internal import CTIFF
internal import Glibc

/// A TIFF or BigTIFF file opened for reading page by page, in any byte order and compression that libtiff knows.
///
/// Opening walks through the chain of pages once and keeps each page's place and form, some bytes a page; pixels are
/// fetched into the caller's buffer, so memory does not grow with the number of pages. Only pages of the main chain
/// count, not those below a page (SubIFDs). One thread at a time.
public final class TIFFReader {
    /// As it was given.
    public let path: String
    /// Pages of the main chain, at least one.
    public var pageCount: Int { offsets.count }
    /// The first page's ImageDescription; nil where it has none.
    public let imageDescription: String?
    /// Pixels per unit along a row of the first page, in no unit or the one that the description names.
    public let horizontalResolution: Double?

    let handle: TIFFHandle
    /// Where each page's directory lies in the file, in bytes.
    private(set) var offsets: [UInt64] = []
    private var forms: [TIFFPage] = []
    private var formOfPage: [Int32] = []
    private var current: Int?

    /// Opens a file and walks through its pages. A file that is none, is cut off in its directories, has no page, or
    /// whose pages go in circles is an error.
    public init(path: String, limits: TIFFLimits = TIFFLimits()) throws(TIFFError) {
        self.path = path
        // Opening a pipe would wait for someone to write into it.
        var status = stat()
        if stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG {
            throw TIFFError(operation: "open", path: path, reason: "it is no regular file")
        }
        // h: no page is read in opening; D: the places of strips are read when they are wanted; m: no memory map, which
        // would kill the program where another one cuts the file off.
        let handle = try TIFFHandle(path, mode: "rhDm", operation: "open", largestBlock: 2 * limits.planeBytes)
        self.handle = handle
        var known: [TIFFPage: Int32] = [:]
        var description: String?
        var resolution: Double?
        while TIFFLastDirectory(handle.pointer) == 0 {
            let page = offsets.count
            if page == limits.pages {
                throw TIFFError(operation: "open", path: path, reason: "it has more than \(page) pages")
            }
            guard TIFFReadDirectory(handle.pointer) == 1 else {
                // It has no words of its own for a page that it has seen before.
                throw handle.failure("open", page: page, "the chain of its pages goes in a circle")
            }
            // What libtiff can do without is no error here, but for the text that says what the pages are.
            let ignored = handle.takeIgnored()
            if page == 0, let text = ignored.first(where: { $0.contains("ImageDescription") }) {
                throw TIFFError(operation: "open", path: path, page: 0, reason: text)
            }
            let form = TIFFPage(handle, limits: limits)
            let index = known[form] ?? Int32(forms.count)
            if known.updateValue(index, forKey: form) == nil { forms.append(form) }
            offsets.append(TIFFCurrentDirOffset(handle.pointer))
            formOfPage.append(index)
            if page == 0 {
                description = handle.text(TIFFTAG_IMAGEDESCRIPTION)
                resolution = handle.fraction(TIFFTAG_XRESOLUTION)
            }
        }
        imageDescription = description
        horizontalResolution = resolution
        if offsets.isEmpty { throw TIFFError(operation: "open", path: path, reason: "it has no page") }
        current = offsets.count - 1
    }

    /// The form of a page, from 0.
    public func page(_ index: Int) -> TIFFPage { forms[Int(formOfPage[index])] }

    /// Makes a page libtiff's current one.
    func select(_ page: Int) throws(TIFFError) {
        if current == page { return }
        current = nil
        guard TIFFSetSubDirectory(handle.pointer, offsets[page]) == 1 else {
            throw handle.failure("read", page: page)
        }
        _ = handle.takeIgnored()
        current = page
    }

    /// The page's form, once it is sure that its pixels are of the type asked for.
    func form(of page: Int, as type: TIFFSampleType) throws(TIFFError) -> TIFFPage {
        let form = self.page(page)
        if let fault = form.fault { throw TIFFError(operation: "read", path: path, page: page, reason: fault) }
        guard form.sample == type else {
            throw TIFFError(
                operation: "read", path: path, page: page,
                reason: "its samples are \(form.sample?.rawValue ?? "unknown"), and \(type.rawValue) was asked for")
        }
        return form
    }
}
