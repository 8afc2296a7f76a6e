package dev.roadstead.config;

import dev.roadstead.api.access.Origins;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.api.problem.ProblemWriter;
import dev.roadstead.audit.AuditLog;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineRegistry;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.nativeaccess.NativeOperations;
import dev.roadstead.proxy.ProxiedEngine;
import dev.roadstead.proxy.ProxyAccess;
import dev.roadstead.proxy.ProxyProblems;
import dev.roadstead.proxy.ProxyService;
import dev.roadstead.proxy.ProxySettings;
import dev.roadstead.security.BasicAuthentication;
import dev.roadstead.transport.EngineDialer;
import dev.roadstead.transport.TransportSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;

/** Engines' own APIs as bytes: before HTTP's usual way, with the same callers, rules and problems. */
@Configuration(proxyBeanMethods = false)
class ProxyConfiguration {
    /** Kleened's daemon closes connections that were unused for five seconds. */
    private static final Duration KLEENED_UNUSED = Duration.ofSeconds(3);

    @Bean
    ProxyAccess proxyAccess(BasicAuthentication basic, RoadsteadProperties properties) {
        return new ProxyCallers(basic, new Origins(properties.security().allowedOrigins()));
    }

    @Bean
    ProxyProblems proxyProblems(ProblemMapper mapper, ProblemWriter writer) {
        return new ProxyAnswers(mapper, writer);
    }

    @Bean
    ProxyService proxyService(
            Engines engines,
            EngineRegistry registry,
            NativeOperations operations,
            ProxyAccess access,
            ProxyProblems problems,
            AuditLog audit,
            RoadsteadProperties properties,
            MeterRegistry meters,
            Clock clock,
            Environment environment) {
        ProxySettings settings = ProxySettings.USUAL.with(
                properties.proxy().maxConnections(),
                properties.proxy().answerTimeout(),
                Binder.get(environment)
                        .bind("server.netty.idle-timeout", Duration.class)
                        .orElse(Duration.ZERO));
        List<ProxiedEngine> proxied = engines.settings().values().stream()
                .filter(engine -> engine.kind() != EngineKind.SIMULATED)
                .map(engine -> new ProxiedEngine(
                        engine.name(),
                        new EngineDialer(transport(engine)),
                        operations.rules(engine.name()),
                        settings,
                        meters))
                .toList();
        return new ProxyService(
                registry,
                proxied,
                access,
                problems,
                audit,
                settings,
                properties.proxy().domain(),
                clock);
    }

    private static TransportSettings transport(EngineSettings engine) {
        EngineSettings.Tls tls = engine.tls();
        TransportSettings settings = new TransportSettings(
                engine.name().value(),
                engine.uri(),
                engine.connectTimeout(),
                engine.requestTimeout(),
                engine.idleTimeout(),
                engine.maxConnections(),
                tls == null ? null : tls.keys(),
                tls == null ? null : tls.trust());
        return engine.kind() == EngineKind.KLEENED ? settings.unusedFor(KLEENED_UNUSED) : settings;
    }

    @Bean
    NettyServerCustomizer proxyBeforeHttp(ProxyService proxy) {
        return server -> server.doOnChannelInit((_, channel, _) -> proxy.install(channel));
    }

    @Bean
    ProxyListeners proxyListeners(
            ProxyService proxy, RoadsteadProperties properties, SslBundles bundles, ReactorResourceFactory resources) {
        return new ProxyListeners(proxy, properties, bundles, resources.getLoopResources());
    }

    @Bean
    ProxyAtShutdown proxyAtShutdown(ProxyService proxy) {
        return new ProxyAtShutdown(proxy);
    }
}
