package dev.roadstead.transport;

/** Carries the failure of an uploaded body's own source past the failures of the connection. */
final class UploadFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Throwable source;

    UploadFailure(Throwable source) {
        super(null, source, false, false);
        this.source = source;
    }

    Throwable source() {
        return source;
    }
}
