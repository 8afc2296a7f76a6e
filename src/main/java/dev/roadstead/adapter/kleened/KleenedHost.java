package dev.roadstead.adapter.kleened;

import dev.roadstead.engine.Capability;
import dev.roadstead.engine.DiskUsage;
import dev.roadstead.engine.EngineInfo;
import dev.roadstead.transport.EngineRequest;
import java.util.List;
import reactor.core.publisher.Mono;

/** What can be told of the host: what its lists have. */
final class KleenedHost {
    private final KleenedSession session;

    KleenedHost(KleenedSession session) {
        this.session = session;
    }

    /** A cheap question that only Kleened answers like this: no jails are asked for it. */
    Mono<Void> greet() {
        return session.readList(
                        KleenedCall.DAEMON,
                        "the daemon",
                        EngineRequest.get(KleenedTarget.of("networks", "list").toString()),
                        KleenedWire.Network.class)
                .then();
    }

    Mono<EngineInfo> info() {
        Mono<List<KleenedWire.Container>> containers = session.readList(
                KleenedCall.DAEMON,
                "the containers",
                EngineRequest.get(
                        KleenedTarget.of("containers", "list").with("all", true).toString()),
                KleenedWire.Container.class);
        Mono<List<KleenedWire.Image>> images = session.readList(
                KleenedCall.DAEMON,
                "the images",
                EngineRequest.get(KleenedTarget.of("images", "list").toString()),
                KleenedWire.Image.class);
        return Mono.zip(containers, images, (all, made) -> {
            int running = Math.toIntExact(all.stream()
                    .filter(container -> Boolean.TRUE.equals(container.running()))
                    .count());
            return new EngineInfo(
                    null,
                    "FreeBSD",
                    null,
                    null,
                    null,
                    null,
                    "zfs",
                    all.size(),
                    running,
                    0,
                    all.size() - running,
                    made.size());
        });
    }

    Mono<DiskUsage> diskUsage() {
        return Mono.error(() -> session.errors().unsupported(Capability.DISK_USAGE, "Kleened does not tell sizes"));
    }
}
