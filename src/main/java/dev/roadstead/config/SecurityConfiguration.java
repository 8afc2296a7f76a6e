package dev.roadstead.config;

import dev.roadstead.api.access.AccessLog;
import dev.roadstead.api.access.AccessProblems;
import dev.roadstead.api.access.CrossSiteGuard;
import dev.roadstead.api.access.Origins;
import dev.roadstead.api.problem.ProblemWriter;
import dev.roadstead.config.RoadsteadProperties.SecurityProperties;
import dev.roadstead.security.Account;
import dev.roadstead.security.BasicAuthentication;
import dev.roadstead.security.FailedLogins;
import dev.roadstead.security.TicketAuthentication;
import dev.roadstead.security.TicketParameter;
import dev.roadstead.security.Tickets;
import dev.roadstead.security.VerifiedCredentials;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;
import org.springframework.security.web.server.authentication.ServerAuthenticationConverter;
import org.springframework.security.web.server.authentication.ServerAuthenticationEntryPointFailureHandler;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.firewall.ServerExchangeRejectedHandler;
import org.springframework.security.web.server.firewall.ServerWebExchangeFirewall;
import org.springframework.security.web.server.firewall.StrictServerWebExchangeFirewall;
import org.springframework.security.web.server.header.ReferrerPolicyServerHttpHeadersWriter.ReferrerPolicy;
import org.springframework.security.web.server.header.XFrameOptionsServerHttpHeadersWriter.Mode;
import org.springframework.security.web.server.savedrequest.NoOpServerRequestCache;
import org.springframework.security.web.server.util.matcher.AndServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.NegatedServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;

/** Who may call what: without credentials only whether it lives and what it offers. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
    private static final String[] OPEN = {
        "/healthz",
        "/v1/healthz",
        "/actuator/health/liveness",
        "/actuator/health/readiness",
        "/openapi",
        "/openapi.json",
        "/openapi.yaml",
        "/asyncapi.yaml"
    };

    private static final String SOCKETS = "/v1/ws/**";
    private static final String NATIVE = "/v1/engines/*/native/**";
    private static final String[] FOR_ADMINS = {NATIVE, "/v1/ws/native/**"};

    /** Of these every request is told in the audit log, reading ones too. */
    static final List<String> AUDITED = List.of(NATIVE, SOCKETS);

    /** Swagger UI sets styles from its scripts and shows pictures from data URIs; everything else comes from here. */
    private static final String CONTENT_POLICY =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
                    + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    @Bean
    InitialCredentials initialCredentials(RoadsteadProperties properties) {
        return InitialCredentials.of(properties.security(), new SecureRandom());
    }

    @Bean
    FailedLogins failedLogins(RoadsteadProperties properties, Clock clock) {
        return new FailedLogins(
                clock,
                properties.security().maxFailures(),
                properties.security().failureWindow());
    }

    @Bean
    VerifiedCredentials verifiedCredentials(
            RoadsteadProperties properties, InitialCredentials initial, FailedLogins failures) {
        SecurityProperties security = properties.security();
        PasswordEncoder encoder = Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_8();
        Account account = new Account(initial.user(), String.valueOf(encoder.encode(initial.password())));
        return new VerifiedCredentials(account, encoder, failures, security.verifiedFor());
    }

    @Bean
    Tickets tickets(Clock clock) {
        return new Tickets(clock, new SecureRandom());
    }

    @Bean
    TicketParameter ticketParameter() {
        return new TicketParameter();
    }

    @Bean
    BasicAuthentication basicAuthentication(VerifiedCredentials credentials) {
        return new BasicAuthentication(credentials);
    }

    /** Names of images stand percent-encoded in paths, slashes and all. */
    @Bean
    ServerWebExchangeFirewall firewall() {
        StrictServerWebExchangeFirewall firewall = new StrictServerWebExchangeFirewall();
        firewall.setAllowUrlEncodedSlash(true);
        firewall.setAllowUrlEncodedPercent(true);
        return firewall;
    }

    @Bean
    ServerExchangeRejectedHandler rejectedRequests(ProblemWriter writer) {
        return new AccessProblems(writer);
    }

    /** Costs more than the check itself and tells nothing that the requests' own metrics do not. */
    @Bean
    SecurityObservationSettings securityObservationSettings() {
        return SecurityObservationSettings.noObservations();
    }

    @Bean
    SecurityWebFilterChain securityWebFilterChain(
            ServerHttpSecurity http,
            BasicAuthentication basic,
            Tickets known,
            FailedLogins failures,
            RoadsteadProperties properties,
            ProblemWriter writer) {
        AccessProblems problems = new AccessProblems(writer);
        ServerWebExchangeMatcher open = ServerWebExchangeMatchers.pathMatchers(OPEN);
        TicketAuthentication tickets = new TicketAuthentication(known, failures, SOCKETS);
        // What is open costs no password hash, whatever credentials come along.
        ServerWebExchangeMatcher basically = new AndServerWebExchangeMatcher(
                new NegatedServerWebExchangeMatcher(open), new NegatedServerWebExchangeMatcher(tickets));
        Origins origins = new Origins(properties.security().allowedOrigins());
        return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(cache -> cache.requestCache(NoOpServerRequestCache.getInstance()))
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .headers(headers -> headers.frameOptions(frames -> frames.mode(Mode.DENY))
                        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER))
                        .contentSecurityPolicy(content -> content.policyDirectives(CONTENT_POLICY)))
                .exceptionHandling(
                        refused -> refused.authenticationEntryPoint(problems).accessDeniedHandler(problems))
                .authorizeExchange(exchanges -> exchanges
                        .matchers(open)
                        .permitAll()
                        .pathMatchers(FOR_ADMINS)
                        .hasRole("ADMIN")
                        .anyExchange()
                        .authenticated())
                .addFilterAt(new CrossSiteGuard(writer, origins, SOCKETS), SecurityWebFiltersOrder.CSRF)
                .addFilterAt(authentication(tickets, tickets, tickets, problems), SecurityWebFiltersOrder.HTTP_BASIC)
                .addFilterAt(authentication(basic, basic, basically, problems), SecurityWebFiltersOrder.HTTP_BASIC)
                .build();
    }

    private static AuthenticationWebFilter authentication(
            ReactiveAuthenticationManager manager,
            ServerAuthenticationConverter converter,
            ServerWebExchangeMatcher concerned,
            AccessProblems problems) {
        AuthenticationWebFilter filter = new AuthenticationWebFilter(manager);
        filter.setServerAuthenticationConverter(converter);
        filter.setSecurityContextRepository(NoOpServerSecurityContextRepository.getInstance());
        filter.setRequiresAuthenticationMatcher(concerned);
        filter.setAuthenticationFailureHandler(new ServerAuthenticationEntryPointFailureHandler(problems));
        filter.setAuthenticationSuccessHandler((inside, caller) -> {
            AccessLog.user(inside.getExchange(), caller);
            return inside.getChain().filter(inside.getExchange());
        });
        return filter;
    }
}
