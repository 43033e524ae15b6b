-- What wrk sends, from the environment, and its figures as JSON: its own table rounds them.
wrk.method = "POST"
wrk.headers["Content-Type"] = "text/plain"
local size = os.getenv("BENCH_BODY_BYTES")
wrk.body = size and string.rep("x", tonumber(size)) or os.getenv("BENCH_BODY")

done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    'BENCH {"requests": %d, "micros": %d, "p50": %d, "p90": %d, "p99": %d, "max": %d, "status": %d, "broken": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
