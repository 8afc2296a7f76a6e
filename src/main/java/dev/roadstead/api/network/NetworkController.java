package dev.roadstead.api.network;

import dev.roadstead.api.Addresses;
import dev.roadstead.api.ObjectNames;
import dev.roadstead.api.WarningView;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.network.NetworkView.ConnectRequest;
import dev.roadstead.api.network.NetworkView.CreateNetworkRequest;
import dev.roadstead.api.network.NetworkView.DisconnectRequest;
import dev.roadstead.api.network.NetworkView.NetworkList;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec.NetworkRequest;
import dev.roadstead.container.Cuid;
import dev.roadstead.engine.Engine;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.network.NetworkSpec;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Networks on the engines. */
@RestController
@Tag(name = "Networks", description = "Networks on the engines that containers join.")
public class NetworkController {
    private static final Comparator<NetworkView> BY_NAME =
            Comparator.comparing(NetworkView::name).thenComparing(NetworkView::engine);

    private final Fleet fleet;
    private final ProblemMapper problems;

    public NetworkController(Fleet fleet, ProblemMapper problems) {
        this.fleet = fleet;
        this.problems = problems;
    }

    /** Lists networks everywhere. */
    @Operation(
            summary = "List networks on all engines",
            description = "An engine that does not answer costs a warning.")
    @ApiResponse(responseCode = "200", description = "The networks.", useReturnTypeSchema = true)
    @GetMapping("/v1/networks")
    public Mono<NetworkList> listAll() {
        return fleet.gather(fleet.engines(), engine -> engine.networks().list())
                .map(gathered -> new NetworkList(
                        gathered.parts().stream()
                                .flatMap(part ->
                                        part.value().stream().map(network -> NetworkView.of(part.engine(), network)))
                                .sorted(BY_NAME)
                                .toList(),
                        WarningView.of(gathered.warnings(), problems)));
    }

    /** Lists an engine's networks. */
    @Operation(summary = "List an engine's networks")
    @ApiResponse(responseCode = "200", description = "The networks.", useReturnTypeSchema = true)
    @Fails(ErrorKind.UNSUPPORTED)
    @GetMapping("/v1/engines/{engine}/networks")
    public Mono<NetworkList> list(@PathVariable String engine) {
        return fleet.engine(engine)
                .flatMap(at -> at.networks()
                        .list()
                        .map(networks -> new NetworkList(
                                networks.stream()
                                        .map(network -> NetworkView.of(at, network))
                                        .sorted(BY_NAME)
                                        .toList(),
                                List.of())));
    }

    /** Shows one. */
    @Operation(summary = "Show a network")
    @ApiResponse(responseCode = "200", description = "The network.", useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.UNSUPPORTED})
    @GetMapping("/v1/engines/{engine}/networks/{name}")
    public Mono<NetworkView> get(
            @PathVariable String engine,
            @Parameter(description = "The network's name or id.", example = "backend") @PathVariable String name) {
        return fleet.engine(engine)
                .flatMap(at -> at.networks()
                        .inspect(ObjectNames.checked("name", name))
                        .map(network -> NetworkView.of(at, network)));
    }

    /** Makes one. */
    @Operation(summary = "Create a network")
    @ApiResponse(
            responseCode = "201",
            description = "The network that was made.",
            headers = @Header(name = "Location", description = "Its path.", schema = @Schema(type = "string")),
            useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.UNSUPPORTED})
    @PostMapping(path = "/v1/engines/{engine}/networks", consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<ResponseEntity<NetworkView>> create(
            @PathVariable String engine, @RequestBody CreateNetworkRequest request) {
        return Mono.defer(() -> {
            if (request.name() == null || request.name().isEmpty()) {
                throw ProblemException.invalid("MISSING_NAME", "name", request.name(), "name is required");
            }
            NetworkSpec spec = new NetworkSpec(
                    ObjectNames.checked("name", request.name()),
                    request.driver() == null ? "bridge" : request.driver(),
                    Addresses.subnet("subnet", request.subnet()),
                    Addresses.ipv4("gateway", request.gateway()),
                    Boolean.TRUE.equals(request.internal()),
                    ObjectNames.labels(request.labels()));
            return fleet.engine(engine)
                    .flatMap(at -> at.networks()
                            .create(spec)
                            .map(network -> ResponseEntity.created(
                                            URI.create("/v1/engines/%s/networks/%s".formatted(engine, network.name())))
                                    .body(NetworkView.of(at, network))));
        });
    }

    /** Removes one. */
    @Operation(summary = "Remove a network", description = "One with containers on it is refused.")
    @ApiResponse(responseCode = "204", description = "It is gone.")
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.UNSUPPORTED})
    @DeleteMapping("/v1/engines/{engine}/networks/{name}")
    public Mono<ResponseEntity<Void>> remove(
            @PathVariable String engine,
            @Parameter(description = "The network's name or id.", example = "backend") @PathVariable String name) {
        return fleet.engine(engine)
                .flatMap(at -> at.networks().remove(ObjectNames.checked("name", name)))
                .thenReturn(ResponseEntity.noContent().build());
    }

    /** Puts a container on one. */
    @Operation(summary = "Put a container on a network")
    @ApiResponse(responseCode = "204", description = "It is on it.")
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @PostMapping(path = "/v1/engines/{engine}/networks/{name}/connect", consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<ResponseEntity<Void>> connect(
            @PathVariable String engine,
            @Parameter(description = "The network's name or id.", example = "backend") @PathVariable String name,
            @RequestBody ConnectRequest request) {
        return Mono.defer(() -> {
            NetworkRequest wanted = new NetworkRequest(
                    ObjectNames.checked("name", name),
                    Addresses.ipv4("ip", request.ip()),
                    ObjectNames.texts("aliases", request.aliases()));
            return fleet.engine(engine)
                    .flatMap(at -> container(at, request.container())
                            .flatMap(container -> at.networks().connect(container, wanted)))
                    .thenReturn(ResponseEntity.noContent().build());
        });
    }

    /** Takes a container off one. */
    @Operation(summary = "Take a container off a network")
    @ApiResponse(responseCode = "204", description = "It is off it.")
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @PostMapping(path = "/v1/engines/{engine}/networks/{name}/disconnect", consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<ResponseEntity<Void>> disconnect(
            @PathVariable String engine,
            @Parameter(description = "The network's name or id.", example = "backend") @PathVariable String name,
            @RequestBody DisconnectRequest request) {
        return fleet.engine(engine)
                .flatMap(at -> container(at, request.container())
                        .flatMap(container -> at.networks().disconnect(container, ObjectNames.checked("name", name))))
                .thenReturn(ResponseEntity.noContent().build());
    }

    private Mono<ContainerId> container(Engine at, @Nullable String address) {
        if (address == null || address.isEmpty()) {
            return Mono.error(
                    () -> ProblemException.invalid("MISSING_CONTAINER", "container", address, "container is required"));
        }
        String anywhere = Cuid.isCuid(address) || address.indexOf(':') >= 0 ? address : at.name() + ":" + address;
        return fleet.locate(anywhere).map(located -> {
            if (!located.engine().name().equals(at.name())) {
                throw ProblemException.invalid(
                        "OTHER_ENGINE",
                        "container",
                        address,
                        "container: %s is on engine %s, the network on %s"
                                .formatted(address, located.engine().name(), at.name()));
            }
            return located.container().id();
        });
    }
}
