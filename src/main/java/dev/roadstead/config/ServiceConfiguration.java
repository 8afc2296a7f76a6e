package dev.roadstead.config;

import dev.roadstead.api.RequestIds;
import dev.roadstead.api.ShutdownSignal;
import dev.roadstead.api.access.AccessLog;
import dev.roadstead.api.access.AuditFilter;
import dev.roadstead.api.problem.ProblemHandler;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.api.problem.ProblemWriter;
import dev.roadstead.audit.AuditLog;
import dev.roadstead.engine.EngineFactory;
import dev.roadstead.engine.EngineRegistry;
import dev.roadstead.fleet.EngineMonitor;
import dev.roadstead.fleet.EventHub;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.fleet.GuardedEngine;
import dev.roadstead.image.RegistryAuth;
import dev.roadstead.operation.Operations;
import dev.roadstead.session.ExecSessions;
import dev.roadstead.session.SessionLimits;
import dev.roadstead.workload.ContainerCreation;
import dev.roadstead.workload.RegistryCredentials;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** What the API is made of, wired by hand: nothing below the API knows of Spring. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RoadsteadProperties.class)
class ServiceConfiguration {
    /** A path takes 4 KB at most, usually less than 100 bytes. */
    private static final int MOST_AUDITED = 10_000;

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    EngineDiscovery engineDiscovery() {
        return new EngineDiscovery(System.getenv(), Path.of("/"));
    }

    @Bean
    Engines engines(
            RoadsteadProperties properties,
            ObjectProvider<EngineFactory> factories,
            SslBundles bundles,
            EngineDiscovery discovery,
            MeterRegistry meters) {
        List<EngineFactory> kinds = factories.orderedStream().toList();
        return new Engines(properties, kinds, bundles, discovery, engine -> new GuardedEngine(engine, meters));
    }

    @Bean
    EngineRegistry engineRegistry(Engines engines) {
        return engines.registry();
    }

    @Bean(initMethod = "start")
    EngineMonitor engineMonitor(EngineRegistry registry, Clock clock, RoadsteadProperties properties) {
        return new EngineMonitor(registry, clock, properties.monitoring().interval());
    }

    @Bean
    Fleet fleet(EngineRegistry registry) {
        return new Fleet(registry);
    }

    @Bean(initMethod = "start")
    EventHub eventHub(EngineRegistry registry, EngineMonitor monitor, Clock clock, MeterRegistry meters) {
        return new EventHub(registry, monitor, clock, meters);
    }

    @Bean
    Operations operations(Clock clock, RoadsteadProperties properties) {
        return new Operations(
                clock,
                properties.operations().retention(),
                properties.operations().most());
    }

    @Bean
    ExecSessions execSessions(RoadsteadProperties properties, Clock clock) {
        RoadsteadProperties.SessionProperties sessions = properties.sessions();
        return new ExecSessions(
                new SessionLimits(
                        Math.toIntExact(sessions.replay().toBytes()),
                        sessions.lease(),
                        sessions.retention(),
                        sessions.most(),
                        sessions.mostPerUser()),
                clock,
                Schedulers.parallel());
    }

    @Bean
    SessionsAtShutdown sessionsAtShutdown(ExecSessions sessions) {
        return new SessionsAtShutdown(sessions);
    }

    @Bean
    RegistryCredentials registryCredentials(RoadsteadProperties properties) {
        Map<String, RegistryAuth> byHost = new LinkedHashMap<>();
        properties
                .registries()
                .forEach((host, given) -> byHost.put(
                        host, new RegistryAuth(given.username(), given.password(), given.identityToken(), host)));
        return new RegistryCredentials(byHost);
    }

    @Bean
    ContainerCreation containerCreation(EngineRegistry registry, Fleet fleet, RegistryCredentials credentials) {
        return new ContainerCreation(registry, fleet, credentials);
    }

    @Bean
    RequestIds requestIds() {
        return new RequestIds();
    }

    @Bean
    AccessLog accessLog() {
        return new AccessLog();
    }

    @Bean
    AuditLog auditLog(RoadsteadProperties properties, MeterRegistry meters) {
        Path file = properties.audit().file();
        try {
            return new AuditLog(file, MOST_AUDITED, meters);
        } catch (IOException unwritable) {
            throw new SettingsException(
                    "roadstead.audit.file", "%s cannot be written: %s".formatted(file, unwritable), unwritable);
        }
    }

    @Bean
    AuditFilter auditFilter(AuditLog log, Clock clock) {
        return new AuditFilter(log, clock, SecurityConfiguration.AUDITED);
    }

    @Bean
    ShutdownSignal shutdownSignal() {
        return new ShutdownSignal();
    }

    @Bean
    ProblemMapper problemMapper() {
        return new ProblemMapper();
    }

    @Bean
    ProblemWriter problemWriter(ProblemMapper mapper, JsonMapper json, Clock clock) {
        return new ProblemWriter(mapper, json, clock);
    }

    @Bean
    ProblemHandler problemHandler(ProblemMapper mapper, ProblemWriter writer) {
        return new ProblemHandler(mapper, writer);
    }
}
