package dev.roadstead;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;

/** The shape of the house: who may know whom, and what nobody does. */
class ArchitectureTest {
    private static final String[] DOMAIN = {
        "dev.roadstead.container..",
        "dev.roadstead.image..",
        "dev.roadstead.exec..",
        "dev.roadstead.volume..",
        "dev.roadstead.network..",
        "dev.roadstead.event..",
        "dev.roadstead.pod.."
    };

    /** They own what they subscribe to: it ends with them. {@code IdleBound} is an operator and passes its subscriber on. */
    private static final Set<String> OWNERS = Set.of(
            "dev.roadstead.operation.Operations$Running",
            "dev.roadstead.session.LiveSession",
            "dev.roadstead.config.ProxyAtShutdown",
            "dev.roadstead.config.SessionsAtShutdown",
            "dev.roadstead.proxy.ProxyService",
            "dev.roadstead.fleet.EngineMonitor",
            "dev.roadstead.fleet.EventHub",
            "dev.roadstead.transport.IdleBound",
            "dev.roadstead.adapter.kleened.KleenedExecSession",
            "dev.roadstead.adapter.kleened.KleenedFiles$Once",
            "dev.roadstead.adapter.kleened.KleenedReel",
            "dev.roadstead.adapter.kleened.KleenedSocket",
            "dev.roadstead.adapter.kleened.KleenedWatch",
            "dev.roadstead.adapter.lxd.DrainedSocket",
            "dev.roadstead.adapter.lxd.LxdExecSession",
            "dev.roadstead.adapter.lxd.LxdOutput",
            "dev.roadstead.adapter.lxd.SftpSession",
            "dev.roadstead.adapter.process.ExecClaims",
            "dev.roadstead.adapter.simulated.SimulatedProcess",
            "dev.roadstead.adapter.simulated.SimulatedRun");

    private static final String[] SHARED_BY_ADAPTERS = {
        "dev.roadstead.adapter.daemon..", "dev.roadstead.adapter.passthrough..", "dev.roadstead.adapter.process.."
    };

    private static final Set<String> BLOCKING =
            Set.of("block", "blockOptional", "blockFirst", "blockLast", "toFuture", "toIterable", "toStream");

    private static JavaClasses ours;

    @BeforeAll
    static void read() {
        ours = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.roadstead");
    }

    @Test
    void theDomainKnowsOnlyTheJdk() {
        check(classes()
                .that()
                .resideInAnyPackage(DOMAIN)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(DOMAIN).or(jdk())));
    }

    @Test
    void theSpiKnowsOnlyTheDomainAndReactor() {
        check(classes()
                .that()
                .resideInAPackage("dev.roadstead.engine..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(DOMAIN)
                        .or(resideInAnyPackage("dev.roadstead.engine..", "reactor.core..", "org.reactivestreams.."))
                        .or(jdk())));
    }

    @Test
    void transportKnowsOfOursOnlyTheFailures() {
        check(classes()
                .that()
                .resideInAPackage("dev.roadstead.transport..")
                .should()
                .onlyDependOnClassesThat(resideInAPackage("dev.roadstead.transport..")
                        .or(DescribedPredicate.not(resideInAPackage("dev.roadstead..")))
                        .or(describe(
                                "are EngineException or nested in it",
                                known -> known.getName()
                                        .matches("dev\\.roadstead\\.engine\\.EngineException(\\$.*)?")))));
    }

    @Test
    void transportDoesNotKnowSpring() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.roadstead.transport..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework.."));
    }

    @Test
    void adaptersDoNotKnowEachOther() {
        slices().matching("dev.roadstead.adapter.(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(alwaysTrue(), resideInAnyPackage(SHARED_BY_ADAPTERS))
                .allowEmptyShould(true)
                .check(ours);
    }

    @Test
    void whatAdaptersShareKnowsNoneOfThem() {
        check(classes()
                .that()
                .resideInAnyPackage(SHARED_BY_ADAPTERS)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(SHARED_BY_ADAPTERS)
                        .or(DescribedPredicate.not(resideInAPackage("dev.roadstead.adapter..")))));
    }

    @Test
    void adaptersKnowNeitherSpringNorWhatUsesThem() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.roadstead.adapter..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..",
                        "dev.roadstead.api..",
                        "dev.roadstead.config..",
                        "dev.roadstead.security..",
                        "dev.roadstead.fleet..",
                        "dev.roadstead.operation..",
                        "dev.roadstead.session..",
                        "dev.roadstead.workload.."));
    }

    @Test
    void onlyConfigurationNamesAdapters() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("dev.roadstead.adapter..", "dev.roadstead.config..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.roadstead.adapter.."));
    }

    @Test
    void theApiKnowsNeitherAdaptersNorTransportNorConfiguration() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.roadstead.api..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.roadstead.adapter..", "dev.roadstead.transport..", "dev.roadstead.config.."));
    }

    @Test
    void whatIsBelowTheApiKnowsNeitherItNorSpringNorAdapters() {
        check(noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.roadstead.fleet..",
                        "dev.roadstead.workload..",
                        "dev.roadstead.operation..",
                        "dev.roadstead.session..",
                        "dev.roadstead.nativeaccess..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.roadstead.api..",
                        "dev.roadstead.adapter..",
                        "dev.roadstead.transport..",
                        "dev.roadstead.config..",
                        "dev.roadstead.security..",
                        "org.springframework.."));
    }

    @Test
    void theAuditLogKnowsNothingElseOfOurs() {
        check(classes()
                .that()
                .resideInAPackage("dev.roadstead.audit..")
                .should()
                .onlyDependOnClassesThat(resideInAPackage("dev.roadstead.audit..")
                        .or(DescribedPredicate.not(resideInAnyPackage("dev.roadstead..", "org.springframework..")))));
    }

    @Test
    void catalogsKnowNothingElseOfOurs() {
        check(classes()
                .that()
                .resideInAPackage("dev.roadstead.catalog..")
                .should()
                .onlyDependOnClassesThat(resideInAPackage("dev.roadstead.catalog..")
                        .or(DescribedPredicate.not(resideInAnyPackage("dev.roadstead..", "org.springframework..")))));
    }

    @Test
    void nativeAccessKnowsOnlyCatalogsAndWhatEnginesOffer() {
        check(classes()
                .that()
                .resideInAPackage("dev.roadstead.nativeaccess..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "dev.roadstead.nativeaccess..", "dev.roadstead.catalog..", "dev.roadstead.engine..")
                        .or(DescribedPredicate.not(resideInAPackage("dev.roadstead..")))));
    }

    @Test
    void theProxyKnowsOnlyTheWayToEnginesAndTheirRules() {
        check(classes()
                .that()
                .resideInAPackage("dev.roadstead.proxy..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "dev.roadstead.proxy..",
                                "dev.roadstead.audit..",
                                "dev.roadstead.transport..",
                                "dev.roadstead.engine..",
                                "dev.roadstead.nativeaccess..")
                        .or(DescribedPredicate.not(resideInAnyPackage("dev.roadstead..", "org.springframework..")))));
    }

    @Test
    void operationsKnowOnlyWhatEnginesOffer() {
        check(classes()
                .that()
                .resideInAPackage("dev.roadstead.operation..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("dev.roadstead.operation..", "dev.roadstead.engine..")
                        .or(DescribedPredicate.not(resideInAPackage("dev.roadstead..")))));
    }

    @Test
    void noPackagesNeedEachOtherInACircle() {
        slices().matching("dev.roadstead.(*)..").should().beFreeOfCycles().check(ours);
    }

    @Test
    void noResourcesOfTheApiNeedEachOtherInACircle() {
        slices().matching("dev.roadstead.api.(*)..").should().beFreeOfCycles().check(ours);
    }

    @Test
    void nobodyWaitsForAPublisherButClosing() {
        check(noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.roadstead.config.Engines")
                .should()
                .accessTargetWhere(onAPublisher("wait for it", BLOCKING)));
    }

    @Test
    void onlyOwnersWithALifecycleSubscribe() {
        check(noClasses()
                .that(DescribedPredicate.not(
                        describe("own what they subscribe to", owner -> OWNERS.contains(owner.getName()))))
                .should()
                .accessTargetWhere(onAPublisher("subscribe to it", Set.of("subscribe", "subscribeWith"))));
    }

    @Test
    void onlyTheStartUpSummaryGoesToStandardOutput() {
        check(
                NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS,
                ours.that(describe(
                        "are not the start-up summary's wiring",
                        known -> !known.getName().equals("dev.roadstead.config.StartupConfiguration"))));
    }

    @Test
    void nobodyUsesTheJdksLogging() {
        check(noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging.."));
    }

    @Test
    void nothingIsInjectedIntoFields() {
        check(NO_CLASSES_SHOULD_USE_FIELD_INJECTION);
    }

    @Test
    void staticFieldsNeverChange() {
        check(fields().that().areStatic().should().beFinal());
    }

    @Test
    void everyPackageIsNullMarked() {
        check(classes().should(new ArchCondition<>("be in a package that is @NullMarked") {
            @Override
            public void check(JavaClass known, ConditionEvents events) {
                boolean marked = known.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(
                        known, marked, "%s: its package is not @NullMarked".formatted(known.getName())));
            }
        }));
    }

    private static DescribedPredicate<JavaClass> jdk() {
        return resideInAnyPackage("java..", "javax.net..", "org.jspecify.annotations..");
    }

    private static DescribedPredicate<JavaAccess<?>> onAPublisher(String what, Set<String> names) {
        return describe(
                "a publisher's methods that %s".formatted(what),
                access -> names.contains(access.getTarget().getName())
                        && access.getTargetOwner().isAssignableTo(Publisher.class));
    }

    private static void check(ArchRule rule) {
        check(rule, ours);
    }

    // Empty: a part that is not there yet breaks no rule.
    private static void check(ArchRule rule, JavaClasses classes) {
        rule.allowEmptyShould(true).check(classes);
    }
}
