package dev.roadstead.adapter.simulated;

import dev.roadstead.engine.EngineException;
import java.io.ByteArrayOutputStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Holds an upload in memory, up to a bound. */
final class Uploads {
    private static final int LARGEST = 256 << 20;

    private final SimulatedHost host;

    Uploads(SimulatedHost host) {
        this.host = host;
    }

    Mono<byte[]> whole(Publisher<byte[]> upload) {
        return Flux.from(upload)
                .reduceWith(ByteArrayOutputStream::new, this::collect)
                .map(ByteArrayOutputStream::toByteArray);
    }

    private ByteArrayOutputStream collect(ByteArrayOutputStream bytes, byte[] piece) {
        if (bytes.size() + (long) piece.length > LARGEST) {
            throw new EngineException.InvalidRequest(
                    "ARCHIVE_TOO_LARGE",
                    "the archive is larger than %d bytes, which a simulated engine does not hold".formatted(LARGEST),
                    host.evidence());
        }
        bytes.writeBytes(piece);
        return bytes;
    }
}
