package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Names of images (LXD API, {@code /images/aliases}), of the default project. */
final class LxdAliases {
    private static final String TARGET = "target";

    private final LxdSession session;

    LxdAliases(LxdSession session) {
        this.session = session;
    }

    /** The fingerprint that a name stands for; empty if there is no such name. */
    Mono<String> target(String name) {
        return session.read(LxdCall.IMAGE, subject(name), EngineRequest.get(path(name)), LxdStoreWire.ImageAlias.class)
                .mapNotNull(LxdStoreWire.ImageAlias::target)
                .onErrorComplete(EngineException.NotFound.class);
    }

    /** Gives an image a name, and takes it from another that has it. */
    Mono<Void> point(String name, String fingerprint) {
        return target(name)
                .map(there -> there.equals(fingerprint) ? "" : there)
                .defaultIfEmpty("none")
                .flatMap(there -> switch (there) {
                    case "" -> Mono.empty();
                    case "none" ->
                        session.operation(
                                LxdCall.IMAGE,
                                subject(name),
                                EngineRequest.post(LxdTarget.of("images", "aliases")
                                                .toString())
                                        .json(session.bytes(Map.of("name", name, TARGET, fingerprint))));
                    default ->
                        session.operation(
                                LxdCall.IMAGE,
                                subject(name),
                                EngineRequest.of("PUT", path(name))
                                        .json(session.bytes(Map.of(TARGET, fingerprint, "description", ""))));
                })
                .then();
    }

    /** Takes a name away. */
    Mono<Void> remove(String name) {
        return session.operation(LxdCall.IMAGE_REMOVE, subject(name), EngineRequest.delete(path(name)))
                .then();
    }

    private static String path(String name) {
        return LxdTarget.of("images", "aliases", name).toString();
    }

    private static String subject(String name) {
        return "image " + name;
    }
}
