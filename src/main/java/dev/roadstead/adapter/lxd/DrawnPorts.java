package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.Labels;
import dev.roadstead.container.PortMapping;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.publisher.Mono;

/**
 * Ports of the host that nobody asked for by number: the daemon's proxies need one, so it is drawn. Whether something else has it shows
 * at the start only, so the instance remembers which were drawn, and others are drawn then.
 */
final class DrawnPorts {
    /** The names of the devices whose ports were drawn, by commas. */
    static final String KEY = LxdMapping.LABEL + Labels.PREFIX + "drawn-ports";

    /** Below the ports that kernels give to outgoing connections. */
    private static final int FIRST = 20_000;

    private static final int LAST = 32_767;

    private final LxdSession session;
    private final LxdInstances instances;

    DrawnPorts(LxdSession session, LxdInstances instances) {
        this.session = session;
        this.instances = instances;
    }

    /** The same ports, each with a number of the host that no other proxy has. */
    Mono<List<PortMapping>> numbered(List<PortMapping> wanted) {
        if (wanted.stream().allMatch(port -> port.host() != null)) {
            return Mono.just(wanted);
        }
        return taken().map(taken -> {
            List<PortMapping> chosen = new ArrayList<>();
            for (PortMapping port : wanted) {
                chosen.add(
                        port.host() != null
                                ? port
                                : new PortMapping(free(taken), port.container(), port.protocol(), port.hostIp()));
            }
            return chosen;
        });
    }

    /** What the instance is to remember of them. */
    static Map<String, String> remembered(List<PortMapping> wanted) {
        List<String> drawn = new ArrayList<>();
        for (int at = 0; at < wanted.size(); at++) {
            if (wanted.get(at).host() == null) {
                drawn.add(LxdDevices.port(at));
            }
        }
        return drawn.isEmpty() ? Map.of() : Map.of(KEY, String.join(",", drawn));
    }

    /** Draws others for an instance that does not run; false if none of its ports was drawn. */
    Mono<Boolean> again(ContainerId id) {
        InstanceAddress address = InstanceAddress.of(id);
        return Mono.zip(instances.wire(id), taken()).flatMap(told -> {
            LxdWire.Instance wire = told.getT1();
            String drawn = LxdMapping.config(wire).get(KEY);
            Map<String, Map<String, String>> there = wire.devices();
            if (drawn == null || there == null) {
                return Mono.just(false);
            }
            Map<String, Map<String, String>> devices = new LinkedHashMap<>();
            for (String name : drawn.split(",", -1)) {
                Map<String, String> device = there.get(name);
                String listen = device == null ? null : device.get(LxdDevices.LISTEN);
                if (device != null && listen != null) {
                    Map<String, String> moved = new LinkedHashMap<>(device);
                    moved.put(LxdDevices.LISTEN, listen.substring(0, listen.lastIndexOf(':') + 1) + free(told.getT2()));
                    devices.put(name, moved);
                }
            }
            return devices.isEmpty()
                    ? Mono.just(false)
                    : session.operation(
                                    LxdCall.UPDATE,
                                    LxdInstances.subject(address),
                                    EngineRequest.of(
                                                    "PATCH",
                                                    LxdTarget.of(address).toString())
                                            .json(session.bytes(Map.of("devices", devices))))
                            .thenReturn(true);
        });
    }

    private Mono<Set<Integer>> taken() {
        return instances.all().map(all -> {
            Set<Integer> taken = new HashSet<>();
            all.forEach(wire -> LxdMapping.listed(wire).ports().stream()
                    .map(PortMapping::host)
                    .filter(Objects::nonNull)
                    .forEach(taken::add));
            return taken;
        });
    }

    private int free(Set<Integer> taken) {
        for (int tries = LAST - FIRST; tries > 0; tries--) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
            if (taken.add(port)) {
                return port;
            }
        }
        throw new EngineException.Conflict(
                "PORT_IN_USE", "no port of the host is free", session.errors().evidence());
    }
}
