'use strict';

const EVENT = new Map([['/invoke', 'invoke']]);
const FC_PATHS = new Map([...EVENT, ['/initialize', 'initialize'], ['/pre-freeze', 'preFreeze'], ['/pre-stop', 'preStop']]);
const SCF_PATHS = new Map([['/event-invoke', 'invoke']]);
const FUNCTIONGRAPH_PATHS = new Map([...EVENT, ['/init', 'initialize']]);

/**
 * What depends on the platform in direct mode. The core's `Platform` has the same values.
 *
 * `markers`: FC's log markers are of use, and the platform does not print them itself. `port`: where no variable sets it.
 * `paths`: what the platform calls, and the kind of request that this is; every other path is the function's own
 * (contract 12.1). `headers`: how the headers begin that the platform sends; none where it sends none.
 */
const PLATFORMS = Object.freeze({
  fc3: { markers: false, port: 9000, paths: FC_PATHS, headers: 'x-fc-' },
  fc2: { markers: true, port: 9000, paths: FC_PATHS, headers: 'x-fc-' },
  lambda: { markers: false, port: 9000, paths: EVENT },
  scf: { markers: false, port: 9000, paths: SCF_PATHS, headers: 'x-scf-' },
  functiongraph: { markers: false, port: 8000, paths: FUNCTIONGRAPH_PATHS, headers: 'x-cff-' },
  knative: { markers: false, port: 9000, paths: EVENT },
  kubernetes: { markers: false, port: 9000, paths: EVENT },
  local: { markers: true, port: 9000, paths: FC_PATHS, headers: 'x-' }, // local tools send the headers of what they play
});

/** The core in front: it has removed what is forged, and speaks as FC does on every platform. */
const CORE = Object.freeze({ markers: false, paths: FC_PATHS });

/** As the core's `PlatformDetection`: the first rule that matches decides. */
const RULES = [
  // AWS_EXECUTION_ENV has other values on ECS and in CodeBuild.
  ['lambda', (get) => get('AWS_LAMBDA_RUNTIME_API') || get('AWS_EXECUTION_ENV')?.startsWith('AWS_Lambda_')],
  ['scf', (get) => get('SCF_FUNCTIONNAME') || get('SCF_RUNTIME_API') || get('TENCENTCLOUD_RUNENV')],
  ['functiongraph', (get) => get('RUNTIME_FUNC_NAME') || get('RUNTIME_PROJECT_ID')],
  // FC's local tools set these, FC itself does not (contract 7).
  ['local', (get) => get('local') === 'true' || get('FC_HANDLER') || get('FC_MEMORY_SIZE') || get('FC_TIMEOUT')],
  ['fc2', (get) => isFunctionCompute(get) && get('FC_SERVICE_NAME')],
  ['fc3', isFunctionCompute],
  ['knative', (get) => get('K_SERVICE') || get('K_REVISION')],
  ['kubernetes', (get) => get('KUBERNETES_SERVICE_HOST')],
];

/** The function's name alone does not prove it: on a developer's machine it gives local calls their context. */
function isFunctionCompute(get) {
  return get('FC_INSTANCE_ID') || (get('FC_FUNCTION_NAME') && get('FC_CUSTOM_LISTEN_PORT'));
}

/**
 * The platform that the environment shows.
 *
 * @param {(name: string) => string | undefined} get a variable's value, undefined where it is unset
 * @returns {keyof typeof PLATFORMS}
 */
function detectPlatform(get) {
  return RULES.find(([, matches]) => matches(get))?.[0] ?? 'local';
}

module.exports = { CORE, PLATFORMS, detectPlatform };
