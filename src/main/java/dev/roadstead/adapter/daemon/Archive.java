package dev.roadstead.adapter.daemon;

import dev.roadstead.engine.EngineStream;
import dev.roadstead.transport.StreamedReply;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A tar as a stream: a daemon can tell a fault midway only by leaving out the archive's end. */
public final class Archive {
    private Archive() {}

    /** The archive in an answer; fails with {@code ENGINE_BROKE_OFF} if it has no end. */
    public static EngineStream<byte[]> of(Faults faults, StreamedReply reply) {
        Flux<byte[]> whole = Flux.defer(() -> {
            TarEnd end = new TarEnd();
            return reply.body()
                    .doOnNext(end::see)
                    .concatWith(Mono.defer(() -> end.isSeen()
                            ? Mono.empty()
                            : Mono.error(faults.brokeOff("the archive has no end: the daemon broke it off"))));
        });
        return new EngineStream<>(whole, reply::close);
    }
}
