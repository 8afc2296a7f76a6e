package dev.roadstead.adapter.kleened;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.WebSocketStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/** Opens Kleened's WebSockets, the only way to run, create and build there. */
final class KleenedSockets {
    /** The code of a handler that crashed (RFC 6455 section 7.4.1); here also of one that lost its link. */
    private static final int FAULT = 1011;

    private static final String DETAIL = "error: ";

    private final KleenedSession session;

    KleenedSockets(KleenedSession session) {
        this.session = session;
    }

    /**
     * Opens one and sends its configuration, which has to be a text message; whoever gets it closes it.
     *
     * @param configuration exactly the keys that Kleened knows: it crashes at others
     */
    Mono<KleenedSocket> open(KleenedCall call, String subject, String path, Map<String, ?> configuration) {
        return Mono.defer(() -> {
            String first = new String(session.bytes(configuration), StandardCharsets.UTF_8);
            return session.socket(call, subject, EngineRequest.get(path))
                    .flatMap(stream -> begin(stream, first))
                    .doOnDiscard(KleenedSocket.class, KleenedSocket::close);
        });
    }

    /** Waits until it has begun; emits it, or closes it and fails with the reason. */
    Mono<KleenedSocket> begun(KleenedCall call, String subject, KleenedSocket socket) {
        return socket.started()
                .map(_ -> socket)
                .switchIfEmpty(socket.ending()
                        .flatMap(ending -> Mono.error(failure(call, subject, ending, socket.lastWords()))))
                .doOnError(_ -> socket.close())
                .doOnCancel(socket::close);
    }

    /**
     * Why it ended badly. The reason mostly comes as the last message, before a farewell that tells only what failed.
     *
     * @param detail the last message; empty if it is none of Kleened's own
     */
    EngineException failure(KleenedCall call, String subject, KleenedSocket.Ending ending, String detail) {
        if (ending.failure() instanceof EngineException failure) {
            return failure;
        }
        Integer code = ending.code();
        KleenedSocket.Message told = ending.message();
        if (code == null || (told == null && code != FAULT)) {
            return session.errors().brokeOff("the daemon left before %s was done".formatted(subject));
        }
        if (told == null) {
            return session.errors().of(call, subject, code, null);
        }
        String words = detail.isBlank()
                ? told.message()
                : detail.startsWith(DETAIL) ? detail.substring(DETAIL.length()) : detail;
        return session.errors().of(call, subject, code, words.strip());
    }

    private Mono<KleenedSocket> begin(WebSocketStream stream, String first) {
        return stream.text(first)
                .then(Mono.fromSupplier(() -> new KleenedSocket(stream, this::message)))
                .doOnError(_ -> stream.close())
                .doOnCancel(stream::close);
    }

    private KleenedSocket.@Nullable Message message(byte[] bytes) {
        try {
            KleenedWire.Control control = session.json().readValue(bytes, KleenedWire.Control.class);
            return control == null || control.msgType() == null
                    ? null
                    : new KleenedSocket.Message(
                            control.msgType(),
                            control.message() == null ? "" : control.message(),
                            control.data() == null ? "" : control.data());
        } catch (JacksonException notOurs) {
            return null;
        }
    }
}
