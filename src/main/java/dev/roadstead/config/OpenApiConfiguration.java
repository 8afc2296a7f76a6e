package dev.roadstead.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.roadstead.api.document.OperationDocuments;
import dev.roadstead.api.document.RecordSchemas;
import dev.roadstead.api.problem.Problem;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import java.util.Comparator;
import java.util.List;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import reactor.core.scheduler.Schedulers;

/** The API document, made by springdoc from the controllers. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {
    private static final String SCHEME = "basic";
    private static final String DOCUMENT = "/openapi";
    private static final List<String> SPRINGDOC = List.of(DOCUMENT, "/swagger-ui", "/webjars/");

    @Bean
    OpenAPI openApi(BuildProperties build) {
        return new OpenAPI()
                .info(new Info()
                        .title("Roadstead")
                        .version(build.getVersion())
                        .description("One API for many container engines."))
                .addServersItem(new Server().url("/").description("This gateway"))
                .components(new Components()
                        .addSecuritySchemes(
                                SCHEME,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("basic")
                                        .description("User and password of the gateway.")))
                .addSecurityItem(new SecurityRequirement().addList(SCHEME));
    }

    /** Springdoc reads our records with Jackson 2, which has to be told their spelling a second time. */
    @Bean
    RecordSchemas recordSchemas() {
        return new RecordSchemas(new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE));
    }

    @Bean
    OperationDocuments operationDocuments() {
        return new OperationDocuments();
    }

    /** Every operation may answer with a problem, but no controller returns one. And a document has one order, not each start its own. */
    @Bean
    GlobalOpenApiCustomizer problemsAndOrder() {
        return document -> {
            ModelConverters.getInstance(true).readAll(Problem.class).forEach(document.getComponents()::addSchemas);
            document.setTags(document.getTags().stream()
                    .sorted(Comparator.comparing(Tag::getName))
                    .toList());
        };
    }

    /**
     * Springdoc serves the document at {@code /openapi} and {@code /openapi.yaml}; the contract says {@code /openapi.json}. And it reads
     * class files while it makes the document, so its paths are served apart from the event loops.
     */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE + 2)
    WebFilter openApiPaths() {
        return (exchange, chain) -> {
            String path = exchange.getRequest().getPath().value();
            if (SPRINGDOC.stream().noneMatch(path::startsWith)) {
                return chain.filter(exchange);
            }
            ServerWebExchange served = path.equals(DOCUMENT + ".json")
                    ? exchange.mutate()
                            .request(request -> request.path(DOCUMENT))
                            .build()
                    : exchange;
            return chain.filter(served).subscribeOn(Schedulers.boundedElastic());
        };
    }
}
