package io.polyfn.core.platform;

/** The names of Function Compute's headers, in lower case (contract 3 and 9.2). */
public final class FcHeaders {
    /** What all of them begin with. */
    public static final String PREFIX = "x-fc-";

    public static final String ACCESS_KEY_ID = "x-fc-access-key-id";
    public static final String ACCESS_KEY_SECRET = "x-fc-access-key-secret";
    public static final String ACCOUNT_ID = "x-fc-account-id";
    public static final String CLIENT_IP = "x-fc-client-ip";
    public static final String CONTROL_PATH = "x-fc-control-path";
    public static final String FUNCTION_DEADLINE = "x-fc-function-deadline";
    public static final String FUNCTION_HANDLER = "x-fc-function-handler";
    public static final String FUNCTION_MEMORY = "x-fc-function-memory";
    public static final String FUNCTION_NAME = "x-fc-function-name";
    public static final String FUNCTION_TIMEOUT = "x-fc-function-timeout";
    public static final String FUNCTION_TYPE = "x-fc-function-type";
    public static final String INITIALIZATION_TIMEOUT = "x-fc-initialization-timeout";
    public static final String LOG_RESULT = "x-fc-log-result";
    public static final String LOG_TYPE = "x-fc-log-type";
    public static final String QUALIFIER = "x-fc-qualifier";
    public static final String REGION = "x-fc-region";
    public static final String REQUEST_ID = "x-fc-request-id";
    public static final String SECURITY_TOKEN = "x-fc-security-token";
    public static final String SERVICE_NAME = "x-fc-service-name";
    public static final String STATUS = "x-fc-status";

    private FcHeaders() {}
}
