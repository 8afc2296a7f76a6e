package dev.roadstead.api.container;

import dev.roadstead.api.Asynchronously;
import dev.roadstead.api.WarningView;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.document.MayBeAsynchronous;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.audit.AuditTrail;
import dev.roadstead.fleet.ContainerFilter;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.fleet.Located;
import dev.roadstead.workload.ContainerCreation;
import dev.roadstead.workload.CreateCommand;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** All containers on all engines. */
@RestController
@RequestMapping("/v1/containers")
@Tag(name = "Containers", description = "Containers on all engines, made through the gateway or not.")
public class ContainerController {
    private final Fleet fleet;
    private final ContainerCreation creation;
    private final Asynchronously asynchronously;
    private final ProblemMapper problems;
    private final IdempotencyKeys keys;

    public ContainerController(
            Fleet fleet,
            ContainerCreation creation,
            Asynchronously asynchronously,
            ProblemMapper problems,
            JsonMapper json) {
        this.fleet = fleet;
        this.creation = creation;
        this.asynchronously = asynchronously;
        this.problems = problems;
        this.keys = new IdempotencyKeys(json);
    }

    /** Lists containers. */
    @Operation(
            summary = "List containers",
            description = "All engines are asked at once; one that does not answer costs a warning, never the answer."
                    + " Conditions are combined by AND; a condition that may be repeated says how its values combine.")
    @Parameter(
            name = "engine",
            in = ParameterIn.QUERY,
            description = "Only on any of these engines.",
            example = "local",
            array = @ArraySchema(schema = @Schema(type = "string")))
    @Parameter(
            name = "kind",
            in = ParameterIn.QUERY,
            description = "Only on engines of any of these families.",
            example = "docker",
            array = @ArraySchema(schema = @Schema(type = "string")))
    @Parameter(
            name = "status",
            in = ParameterIn.QUERY,
            description = "Only in any of these states.",
            example = "running",
            array = @ArraySchema(schema = @Schema(type = "string")))
    @Parameter(
            name = "tag",
            in = ParameterIn.QUERY,
            description = "Only with all of these tags.",
            example = "blue",
            array = @ArraySchema(schema = @Schema(type = "string")))
    @Parameter(
            name = "label",
            in = ParameterIn.QUERY,
            description = "Only with all of these labels, each a key or key=value.",
            example = "team=shop",
            array = @ArraySchema(schema = @Schema(type = "string")))
    @Parameter(
            name = "name",
            in = ParameterIn.QUERY,
            description = "Only with exactly this name.",
            example = "web",
            schema = @Schema(type = "string"))
    @Parameter(
            name = "managed",
            in = ParameterIn.QUERY,
            description = "Only those made through the gateway, or only others.",
            example = "true",
            schema = @Schema(type = "boolean"))
    @ApiResponse(responseCode = "200", description = "A page of containers.", useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.NOT_FOUND})
    @GetMapping
    public Mono<ContainerList> list(
            @Parameter(description = "At most so many on a page.", example = "100")
                    @RequestParam(defaultValue = "100")
                    @Min(value = 1, message = "expected: 1 to 1000")
                    @Max(value = 1000, message = "expected: 1 to 1000")
                    int limit,
            @Parameter(
                            description = "The next_cursor of the page before, with the same conditions and order.",
                            example = "MTIzNDU2NzgKYzBiN2U5YTUy")
                    @RequestParam(required = false)
                    @Nullable
                    String cursor,
            @Parameter(
                            description =
                                    "-created_at (newest first), created_at, name, -name, engine or status; newest first"
                                            + " if not given.",
                            example = "-created_at")
                    @RequestParam(required = false)
                    @Nullable
                    String sort,
            ServerWebExchange exchange) {
        return Mono.defer(() -> {
            ContainerFilter filter = ListParameters.filter(exchange.getRequest().getQueryParams());
            return fleet.list(filter, ListParameters.order(sort), limit, cursor)
                    .map(page -> new ContainerList(
                            page.containers().stream().map(ContainerViews::view).toList(),
                            page.next(),
                            WarningView.of(page.warnings(), problems)));
        });
    }

    /** Creates one. */
    @Operation(
            summary = "Create a container",
            description = "Makes a container, pulls its image if need be, and starts it if asked to. What fails leaves"
                    + " nothing behind. Creating goes on to its end even if the client leaves.")
    @ApiResponse(
            responseCode = "201",
            description = "The container that was made.",
            headers = @Header(name = "Location", description = "Its path.", schema = @Schema(type = "string")),
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = ContainerView.class)))
    @ApiResponse(
            responseCode = "200",
            description = "The container that an earlier request with this Idempotency-Key had made.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = ContainerView.class)))
    @Fails({
        ErrorKind.VALIDATION_ERROR,
        ErrorKind.NOT_FOUND,
        ErrorKind.CONFLICT,
        ErrorKind.STATE_ERROR,
        ErrorKind.UNSUPPORTED,
        ErrorKind.ENGINE_ERROR,
        ErrorKind.ENGINE_UNREACHABLE,
        ErrorKind.ENGINE_TIMEOUT
    })
    @MayBeAsynchronous
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<ResponseEntity<?>> create(
            @Parameter(
                            description = "Makes repeating the request harmless: the same key and body give the same"
                                    + " container, also after a restart of the gateway.",
                            example = "order-4711")
                    @RequestHeader(name = "Idempotency-Key", required = false)
                    @Nullable
                    String idempotencyKey,
            @RequestBody CreateContainerRequest request,
            ServerWebExchange exchange) {
        return exchange.getPrincipal()
                .map(Principal::getName)
                .defaultIfEmpty("")
                .flatMap(user -> {
                    CreateCommand command = CreateRequests.command(request, keys.of(idempotencyKey, user, request));
                    return asynchronously.asPreferred(
                            exchange,
                            "container.create",
                            List.of(),
                            // Whoever waits for the answer and leaves has not said that the container shall not be;
                            // whoever cancels the operation has.
                            AuditTrail.noting(
                                            Asynchronously.isPreferred(exchange)
                                                    ? creation.attempt(command)
                                                    : creation.create(command),
                                            (trail, made) -> trail.container(
                                                    made.located()
                                                            .engine()
                                                            .name()
                                                            .value(),
                                                    made.located().cuid().value()))
                                    .map(ContainerController::created));
                });
    }

    private static ResponseEntity<ContainerView> created(ContainerCreation.Outcome outcome) {
        URI location = URI.create("/v1/containers/" + outcome.located().cuid());
        return ResponseEntity.status(outcome.created() ? 201 : 200)
                .location(location)
                .body(ContainerViews.view(outcome.located()));
    }

    /** Shows one. */
    @Operation(
            summary = "Show a container",
            description = "The ETag changes when the container's specification does, not when its state does.")
    @ApiResponse(
            responseCode = "200",
            description = "The container.",
            useReturnTypeSchema = true,
            headers = @Header(name = "ETag", description = "Of its specification.", schema = @Schema(type = "string")))
    @GetMapping("/{cuid}")
    public Mono<ContainerView> get(@PathVariable String cuid, ServerWebExchange exchange) {
        return fleet.locate(cuid)
                // Set here and not in a ResponseEntity, which would answer 304 although the state has changed.
                .doOnNext(located -> exchange.getResponse().getHeaders().setETag(ContainerViews.etag(located)))
                .map(ContainerViews::view);
    }

    /** Shows what one is doing. */
    @Operation(summary = "Show a container's state", description = "Cheaper than showing all of it.")
    @ApiResponse(responseCode = "200", description = "What it is doing.", useReturnTypeSchema = true)
    @GetMapping("/{cuid}/status")
    public Mono<StatusView> status(@PathVariable String cuid) {
        return fleet.locate(cuid)
                .map(located ->
                        ContainerViews.status(located, located.container().state()));
    }

    /** Deletes one. */
    @Operation(
            summary = "Delete a container",
            description = "Without force a running one is refused. Named volumes always stay.")
    @ApiResponse(responseCode = "204", description = "It is gone.")
    @Fails({ErrorKind.STATE_ERROR, ErrorKind.CONFLICT})
    @MayBeAsynchronous
    @DeleteMapping("/{cuid}")
    public Mono<ResponseEntity<?>> delete(
            @PathVariable String cuid,
            @Parameter(description = "Whether a running one is killed first.", example = "true")
                    @RequestParam(defaultValue = "false")
                    boolean force,
            @Parameter(description = "Whether its anonymous volumes go too.", example = "true")
                    @RequestParam(defaultValue = "false")
                    boolean volumes,
            ServerWebExchange exchange) {
        return fleet.locate(cuid)
                .flatMap(located -> asynchronously.asPreferred(
                        exchange,
                        "container.delete",
                        List.of("/v1/containers/" + located.cuid()),
                        remove(located, force, volumes)));
    }

    private Mono<ResponseEntity<Void>> remove(Located located, boolean force, boolean volumes) {
        return located.engine()
                .containers()
                .remove(located.container().id(), force, volumes)
                .doOnSuccess(done -> fleet.forget(located.cuid()))
                .thenReturn(ResponseEntity.noContent().build());
    }
}
