package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.JsonValueDecoder;
import dev.roadstead.transport.StreamedReply;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Takes in image files (Docker Engine API, ImageLoad). */
final class DockerLoad {
    private static final Pattern LOADED = Pattern.compile("Loaded image(?: ID)?: (\\S+)");
    private static final int FAILED = 500;
    private static final String SUBJECT = "the image file";

    private final DaemonSession session;
    private final EngineSettings settings;

    DockerLoad(DaemonSession session, EngineSettings settings) {
        this.session = session;
        this.settings = settings;
    }

    Mono<List<String>> load(Publisher<byte[]> file) {
        EngineRequest request = EngineRequest.post(
                        Target.of("images", "load").flag("quiet", true).toString())
                .upload("application/x-tar", file)
                // It unpacks all layers before it answers.
                .within(settings.idleTimeout());
        return Flux.usingWhen(
                        session.open(DaemonCall.IMAGE_LOAD, SUBJECT, request, Silence.BOUNDED),
                        this::loaded,
                        reply -> Mono.fromRunnable(reply::close))
                .collectList()
                .flatMap(names -> names.isEmpty()
                        ? Mono.error(session.faults().brokeOff("the load ended without an image"))
                        : Mono.just(names));
    }

    /** Failures come in the stream, too. */
    private Flux<String> loaded(StreamedReply reply) {
        return Flux.defer(() -> {
            JsonValueDecoder decoder = new JsonValueDecoder(session.faults().engine(), session.json());
            return reply.body()
                    .concatMapIterable(decoder::feed, 1)
                    .concatMapIterable(this::names, 1)
                    .concatWith(Mono.fromRunnable(decoder::finish));
        });
    }

    private List<String> names(JsonNode node) {
        DockerWire.LoadStep step;
        try {
            step = session.json().treeToValue(node, DockerWire.LoadStep.class);
        } catch (JacksonException unreadable) {
            throw session.faults().nonsense("a step of the load is not what Docker documents", unreadable);
        }
        DockerWire.PullError detail = step.errorDetail();
        String error = detail != null && detail.message() != null ? detail.message() : step.error();
        if (error != null) {
            throw session.refusal(DaemonCall.IMAGE_LOAD, SUBJECT, FAILED, error);
        }
        Matcher loaded = LOADED.matcher(step.stream() == null ? "" : step.stream());
        return loaded.results().map(found -> found.group(1)).toList();
    }
}
