package io.polyfn.core;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.polyfn.core.platform.FcHeaders;
import io.polyfn.core.platform.PlatformEnvironment;
import io.polyfn.core.telemetry.StartTimeline;
import io.vertx.core.Future;
import jakarta.ws.rs.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The table of packages in the design, and the habits that a compiler does not know. */
@AnalyzeClasses(packages = "io.polyfn.core", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String ROOT = "io.polyfn.core";

    @ArchTest
    static final ArchRule PACKAGES_USE_ONLY_WHAT_THE_DESIGN_ALLOWS = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage(ROOT + "..")
            .layer("root")
            .definedBy(ROOT)
            .layer("control")
            .definedBy(ROOT + ".control")
            .layer("stop")
            .definedBy(ROOT + ".stop")
            .layer("ingress")
            .definedBy(ROOT + ".ingress")
            .layer("cloudevents")
            .definedBy(ROOT + ".cloudevents")
            .layer("memory")
            .definedBy(ROOT + ".memory")
            .layer("push")
            .definedBy(ROOT + ".link.push")
            .layer("pull")
            .definedBy(ROOT + ".link.pull")
            .layer("worker")
            .definedBy(ROOT + ".worker")
            .layer("link")
            .definedBy(ROOT + ".link")
            .layer("http")
            .definedBy(ROOT + ".http")
            .layer("telemetry")
            .definedBy(ROOT + ".telemetry")
            .layer("netty")
            .definedBy(ROOT + ".netty")
            .layer("failure")
            .definedBy(ROOT + ".failure")
            .layer("platform")
            .definedBy(ROOT + ".platform")
            .ensureAllClassesAreContainedInArchitecture()
            .whereLayer("root")
            .mayOnlyBeAccessedByLayers("control")
            .whereLayer("control")
            .mayOnlyBeAccessedByLayers("root")
            .whereLayer("stop")
            .mayOnlyAccessLayers("ingress", "worker", "failure")
            .whereLayer("ingress")
            .mayOnlyAccessLayers(
                    "link", "worker", "http", "cloudevents", "telemetry", "platform", "failure", "memory", "netty")
            .whereLayer("cloudevents")
            .mayOnlyAccessLayers("http", "platform", "failure", "memory", "netty")
            .whereLayer("push")
            .mayOnlyAccessLayers("link", "worker", "http", "platform", "failure", "memory", "netty")
            .whereLayer("pull")
            .mayOnlyAccessLayers("link", "worker", "http", "platform", "failure", "memory", "netty")
            .whereLayer("worker")
            .mayOnlyAccessLayers("link", "telemetry", "platform", "failure")
            .whereLayer("link")
            .mayOnlyAccessLayers("http", "platform", "failure", "memory", "netty")
            .whereLayer("http")
            .mayOnlyAccessLayers("platform", "failure", "netty")
            .whereLayer("telemetry")
            .mayOnlyAccessLayers("platform")
            .whereLayer("netty")
            .mayOnlyAccessLayers("memory")
            .whereLayer("memory")
            .mayNotAccessAnyLayer()
            .whereLayer("failure")
            .mayNotAccessAnyLayer()
            .whereLayer("platform")
            .mayNotAccessAnyLayer();

    /** The root package and {@code control} know each other: one starts the other, which observes what it has wired. */
    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_THE_CONTROL_PLANE_KNOWS_QUARKUS = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".control..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.quarkus..", "io.smallrye..", "org.eclipse.microprofile..", "jakarta..");

    @ArchTest
    static final ArchRule ONLY_THE_NETTY_PACKAGE_REACHES_BELOW_THE_API_OF_VERTX = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".netty..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "io.vertx..impl..");

    @ArchTest
    static final ArchRule ONLY_THE_WORKER_PACKAGE_STARTS_PROCESSES = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".worker..")
            .should()
            .dependOnClassesThat(belongToAnyOf(Process.class, ProcessBuilder.class))
            .orShould()
            .callMethodWhere(target(name("exec")).and(owner(Runtime.class)));

    @ArchTest
    static final ArchRule ONLY_THE_WORKER_PACKAGE_LOOKS_AT_PROCESSES_BUT_FOR_THE_START_TIME = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".worker..")
            .and()
            .doNotBelongToAnyOf(StartTimeline.class)
            .should()
            .dependOnClassesThat(belongToAnyOf(ProcessHandle.class));

    @ArchTest
    static final ArchRule NOBODY_SLEEPS = noClasses()
            .should()
            .callMethodWhere(target(name("sleep")).and(owner(Thread.class)))
            .orShould()
            .callMethodWhere(target(name("sleep")).and(owner(TimeUnit.class)));

    @ArchTest
    static final ArchRule STANDARD_OUTPUT_BELONGS_TO_THE_FUNCTION =
            noClasses().should().accessField(System.class, "out");

    /** It may fail on a thread of Netty's, and the state is confined to the event loop. */
    @ArchTest
    static final ArchRule WAITS_ARE_BOUNDED_ON_THE_EVENT_LOOP =
            noClasses().should().callMethod(Future.class, "timeout", long.class, TimeUnit.class);

    @ArchTest
    static final ArchRule STANDARD_ERROR_IS_WRITTEN_BY_THE_LOG_AND_BY_A_FAILED_START_ONLY = noClasses()
            .that()
            .doNotBelongToAnyOf(StartFailure.class)
            .should()
            .accessField(System.class, "err")
            .orShould()
            .callMethodWhere(target(name("printStackTrace")));

    @ArchTest
    static final ArchRule THE_ENVIRONMENT_IS_READ_IN_ONE_PLACE = noClasses()
            .that()
            .doNotBelongToAnyOf(PlatformEnvironment.class)
            .should()
            .callMethodWhere(target(name("getenv")).and(owner(System.class)));

    @ArchTest
    static final ArchRule BEANS_GET_WHAT_THEY_NEED_THROUGH_THEIR_CONSTRUCTOR = NO_CLASSES_SHOULD_USE_FIELD_INJECTION;

    @ArchTest
    static final ArchRule LOGGING_IS_JBOSS_LOGGING = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    @ArchTest
    static final ArchRule ONLY_THE_VOCABULARY_IS_PUBLIC = classes()
            .that()
            .arePublic()
            .and()
            .areTopLevelClasses()
            .and()
            .doNotBelongToAnyOf(Main.class, FcHeaders.class)
            .and()
            .areNotAnnotatedWith(Path.class)
            .should(beUsedByAnotherPackage());

    private static DescribedPredicate<JavaCall<?>> owner(Class<?> type) {
        return DescribedPredicate.describe(
                "owned by " + type.getSimpleName(),
                call -> call.getTargetOwner().isAssignableTo(type));
    }

    private static ArchCondition<JavaClass> beUsedByAnotherPackage() {
        return new ArchCondition<>("be used by another package") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                // Of a sealed type others may use the variants only.
                boolean used = Stream.concat(Stream.of(type), type.getSubclasses().stream())
                        .flatMap(each -> each.getDirectDependenciesToSelf().stream())
                        .anyMatch(dependency ->
                                !dependency.getOriginClass().getPackage().equals(type.getPackage()));
                events.add(new SimpleConditionEvent(
                        type, used, type.getName() + (used ? " is" : " is not") + " used by another package"));
            }
        };
    }
}
