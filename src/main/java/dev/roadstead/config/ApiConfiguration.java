package dev.roadstead.config;

import dev.roadstead.api.Asynchronously;
import dev.roadstead.api.EventLines;
import dev.roadstead.api.ShutdownSignal;
import dev.roadstead.api.StreamedAnswer;
import dev.roadstead.api.UploadBound;
import dev.roadstead.api.event.EventStreams;
import dev.roadstead.api.operation.OperationViews;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.api.problem.ProblemWriter;
import dev.roadstead.fleet.EventHub;
import dev.roadstead.operation.Operations;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

/** What the controllers share. */
@Configuration(proxyBeanMethods = false)
class ApiConfiguration {
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    @Bean
    StreamedAnswer streamedAnswer(ShutdownSignal shutdown) {
        return new StreamedAnswer(shutdown);
    }

    @Bean
    EventLines eventLines(JsonMapper json, ProblemMapper mapper, ProblemWriter writer) {
        return new EventLines(json, mapper, writer, HEARTBEAT);
    }

    @Bean
    EventStreams eventStreams(EventHub hub) {
        return new EventStreams(hub);
    }

    @Bean
    OperationViews operationViews(ProblemMapper mapper) {
        return new OperationViews(mapper);
    }

    @Bean
    Asynchronously asynchronously(Operations operations, OperationViews views) {
        return new Asynchronously(operations, views);
    }

    @Bean
    UploadBound uploadBound(RoadsteadProperties properties) {
        DataSize upload = properties.bounds().upload();
        return new UploadBound(upload == null ? null : upload.toBytes());
    }
}
