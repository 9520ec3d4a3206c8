#include <tiffio.h>

/* libtiff gets and sets fields by functions of variable arguments, which Swift does not call: one function a type. */

static inline int ctiff_get_u16(TIFF *tiff, uint32_t tag, uint16_t *value) {
    return TIFFGetFieldDefaulted(tiff, tag, value);
}
static inline int ctiff_get_u32(TIFF *tiff, uint32_t tag, uint32_t *value) {
    return TIFFGetFieldDefaulted(tiff, tag, value);
}
static inline int ctiff_get_float(TIFF *tiff, uint32_t tag, float *value) { return TIFFGetField(tiff, tag, value); }
static inline int ctiff_get_text(TIFF *tiff, uint32_t tag, const char **value) {
    return TIFFGetField(tiff, tag, value);
}
static inline int ctiff_set_u16(TIFF *tiff, uint32_t tag, uint16_t value) { return TIFFSetField(tiff, tag, value); }
static inline int ctiff_set_u32(TIFF *tiff, uint32_t tag, uint32_t value) { return TIFFSetField(tiff, tag, value); }
static inline int ctiff_set_text(TIFF *tiff, uint32_t tag, const char *value) { return TIFFSetField(tiff, tag, value); }
