package dev.roadstead.api;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Flux;

/**
 * How large an upload may be.
 *
 * @param bytes null: as large as it likes
 */
public record UploadBound(@Nullable Long bytes) {
    /** The same upload, failing with {@code payload_too_large} as soon as it is over the bound, or says that it will be. */
    public Flux<byte[]> on(HttpHeaders headers, Flux<byte[]> upload) {
        Long most = bytes;
        if (most == null) {
            return upload;
        }
        if (headers.getContentLength() > most) {
            return Flux.error(() -> tooLarge(most));
        }
        return Flux.defer(() -> {
            AtomicLong seen = new AtomicLong();
            return upload.handle((piece, sink) -> {
                if (seen.addAndGet(piece.length) > most) {
                    sink.error(tooLarge(most));
                } else {
                    sink.next(piece);
                }
            });
        });
    }

    private static ProblemException tooLarge(long most) {
        return new ProblemException(
                ErrorKind.PAYLOAD_TOO_LARGE,
                "UPLOAD_TOO_LARGE",
                "the upload has more than %d bytes".formatted(most),
                Map.of("limit", most));
    }
}
