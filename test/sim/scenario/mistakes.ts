/**
 * One mistake at a time, and the whole of what is said about it: name, changes to the good file,
 * complaints.
 */
import type { Changes } from './files.ts';

/** One mistake in the scenario, and the whole of what is said about it. */
export const SCENARIO: Record<string, [Changes, ...string[]]> = {
  'an unknown key': [
    [['within: 5m', 'withn: 5m']],
    "10:61  customers.asker.script[2].expect.withn: unknown key; did you mean 'within'?",
  ],
  'an unknown key like no other': [
    [['lasts: 1h', 'lasts: 1h\ncolour: blue']],
    '4:1  colour: unknown key',
  ],
  'an unknown step': [
    [['- say: Hello', '- sya: Hello']],
    "8:9  customers.asker.script[0].sya: unknown key; did you mean 'say'?",
  ],
  'an unknown word for a step': [
    [['- leave', '- laeve']],
    '13:9  customers.asker.script[5]: expected one of say, send, choose, expect, think, set, ' +
      "if, repeat, either, include, switch, leave, found 'laeve'; did you mean 'leave'?",
  ],
  'two things in one step': [
    [['- say: Hello', '- think: 5s\n        say: Hello']],
    '8:9  customers.asker.script[0]: one step does one thing; ' +
      'make say and think steps of their own',
  ],
  'text where who should speak belongs': [
    [['expect: auto', 'expect: shipped']],
    "9:17  customers.asker.script[1].expect: expected rep, auto, bot or any, found 'shipped'; " +
      'for words to look for write { matches: ... }',
  ],
  'a number where text belongs': [
    [['say: Hello, it is {{customer}}', 'say: 42']],
    '8:14  customers.asker.script[0].say: expected text, found 42; put quotes around it: "42"',
  ],
  'a template without quotes': [
    [['say: Hello, it is {{customer}}', 'say: {{customer}}']],
    '8:14  customers.asker.script[0].say: expected text, found a map; ' +
      "text that begins with '{' needs quotes",
  ],
  'a wrong unit': [
    [['lasts: 1h', 'lasts: 90min']],
    "3:8  lasts: unknown unit 'min' in '90min'; units are ms, s, m (minutes), h and d",
  ],
  'a bare number for a duration': [
    [['lasts: 1h', 'lasts: 90']],
    '3:8  lasts: 90 has no unit; write for example 90s',
  ],
  'a bare number for a rate': [
    [['120/h', '120']],
    '17:14  arrivals[0].poisson: 120 has no unit; write for example 120/h',
  ],
  'a negative rate': [
    [['120/h', '-120/h']],
    "17:14  arrivals[0].poisson: a rate cannot be negative: '-120/h'",
  ],
  'a rate of zero': [
    [['120/h', '0/h']],
    '17:14  arrivals[0].poisson: a rate of 0 means that nobody ever arrives',
  ],
  'stages in which nobody arrives': [
    [['poisson: 120/h', 'stages: [{ for: 5m, rate: 0/h }]']],
    '17:13  arrivals[0].stages: all stages have rate 0 or no length: nobody ever arrives',
  ],
  'stages that outlast the scenario': [
    [['poisson: 120/h', 'stages: [{ for: 90m, rate: 5/h }]']],
    '17:13  arrivals[0].stages: take 1h30m, but the scenario lasts 1h',
  ],
  'half a stage': [
    [['poisson: 120/h', 'stages: [{ for: 5m, from: 3/h }]']],
    '17:14  arrivals[0].stages[0]: a stage needs either `rate`, or both `from` and `to`',
  ],
  'two ways to arrive': [
    [['poisson: 120/h', 'poisson: 120/h\n    constant: 3/h']],
    '15:5  arrivals[0]: needs exactly one of poisson, constant, stages, wave, mmpp, at, trace, ' +
      'closed',
  ],
  'a weight of zero': [
    [['whatsapp-main: 1', 'whatsapp-main: 0']],
    '16:44  arrivals[0].channel.whatsapp-main: expected more than 0, found 0',
  ],
  'a missing key': [[['lasts: 1h\n', '']], '1:1  lasts: is missing'],
  'a missing key further down': [
    [['    poisson: 120/h', '    poisson: 120/h\n  - channel: sms-main\n    poisson: 1/h']],
    '18:5  arrivals[1].customer: is missing',
  ],
  'an empty entry': [
    [['budgets:', '  default:\nbudgets:']],
    '23:3  reps.default: is empty; write {} if nothing is to be set',
  ],
  'a time without a zone': [
    [['lasts: 1h', 'lasts: 1h\nstarts: 2026-01-05 09:00']],
    "4:9  starts: expected a time such as 2026-01-05T09:00:00Z, found '2026-01-05 09:00'",
  ],
  'a day that never was': [
    [['lasts: 1h', 'lasts: 1h\nstarts: 2026-02-30T09:00:00Z']],
    "4:9  starts: expected a time such as 2026-01-05T09:00:00Z, found '2026-02-30T09:00:00Z'",
  ],
  'a word not in the list': [
    [['    patience', '    leaves: silnet\n    patience']],
    "6:13  customers.asker.leaves: expected one of announced, silent, found 'silnet'; " +
      "did you mean 'silent'?",
  ],
  'more than all': [
    [['    replies:', '    declines: 120%\n    replies:']],
    "20:15  reps.front-line.declines: expected 0% to 100%, found '120%'",
  ],
  'a warm-up that never ends': [
    [['lasts: 1h', 'lasts: 1h\nwarmUp: 1h']],
    '4:9  warmUp: must be shorter than lasts (1h)',
  ],
  'an unknown channel': [
    [['sms-main: 2', 'sms-mian: 2']],
    "16:16  arrivals[0].channel.sms-mian: no channel 'sms-mian'; did you mean 'sms-main'?",
  ],
  'an arrival of an unknown customer': [
    [
      [
        '    poisson: 120/h',
        '    poisson: 1/h\n  - { customer: askr, channel: sms-main, poisson: 1/h }',
      ],
    ],
    "18:17  arrivals[1].customer: no customer 'askr'; did you mean 'asker'?",
  ],
  'a customer who never starts': [
    [['arrivals:', '  lurker: { script: [say: Hi] }\narrivals:']],
    '14:3  customers.lurker: never starts: no arrival names this customer',
  ],
  'an unknown rep pool': [
    [['budgets:', '  front-lnie: {}\nbudgets:']],
    "23:3  reps.front-lnie: no rep or pool 'front-lnie'; did you mean 'front-line'?",
  ],
  'a name with a blank': [
    [['arrivals:', '  "a b": { script: [say: Hi] }\narrivals:']],
    "14:3  customers.a b: expected a name: letters, digits, '-', '_' and '.', " +
      'a letter or digit first',
  ],
  'a name that an object has by birth': [
    [['customer: asker', 'customer: constructor']],
    '5:3  customers.asker: never starts: no arrival names this customer',
    "15:15  arrivals[0].customer: no customer 'constructor'; known: asker",
  ],
};

/** The same for the org. */
export const ORG: Record<string, [Changes, ...string[]]> = {
  'an unknown queue': [
    [['queue: front-line', 'queue: front-lne']],
    "6:12  channels.sms-main.queue: no queue 'front-lne'; did you mean 'front-line'?",
  ],
  'an unknown routing config': [
    [['routingConfig: standard', 'routingConfig: standrad']],
    "14:32  queues.front-line.routingConfig: no routing config 'standrad'; " +
      "did you mean 'standard'?",
  ],
  'an unknown presence config': [
    [['presenceConfig: chat', 'presenceConfig: chats']],
    "20:66  reps.front-line.presenceConfig: no presence config 'chats'; did you mean 'chat'?",
  ],
  'an unknown presence status': [
    [['capacity: 3', 'capacity: 3, statusOnDecline: Bussy']],
    "18:41  presenceConfigs.chat.statusOnDecline: no presence status 'Bussy'; did you mean 'Busy'?",
  ],
  'one address twice': [
    [['type: whatsapp\n    address: "15550783881"', 'type: sms\n    address: "+15005550006"']],
    "10:14  channels.whatsapp-main.address: 'sms-main' has this sms address already",
  ],
  'a number not in E.164': [
    [['"+15005550006"', '5005550006x']],
    '5:14  channels.sms-main.address: expected a number in E.164 form such as "+15005550006", ' +
      "found '5005550006x'",
  ],
  'a number without quotes': [
    [['"15550783881"', '15550783881']],
    '10:14  channels.whatsapp-main.address: expected text, found 15550783881; ' +
      'put quotes around it: "15550783881"',
  ],
  'a channel type nobody has': [
    [['type: sms', 'type: whatsap']],
    '4:11  channels.sms-main.type: expected one of apple, byoc, byoc-ccaas, line, messenger, ' +
      "sms, web, whatsapp, direct, found 'whatsap'; did you mean 'whatsapp'?",
  ],
  'one keyword for two things': [
    [['queue: front-line', 'queue: front-line\n    keywords: { end: [bye, Quit] }']],
    "7:28  channels.sms-main.keywords.end[1]: 'Quit' is in optOut already; set optOut without it",
  ],
  'a pool that swallows a rep': [
    [['reps:', 'reps:\n  front-line-3: { queues: [front-line], presenceConfig: chat }']],
    "20:3  reps.front-line-3: the pool 'front-line' has a rep of that name",
  ],
};

/** What Salesforce takes without a word, and what is said about it: where in the org, and what. */
export const SURPRISES: Record<string, [Changes, ...string[]]> = {
  'a queue without routing config': [
    [['{ routingConfig: standard }', '{}']],
    "14:3  queues.front-line: has no routingConfig, so nothing from 'sms-main' is ever routed",
  ],
  'a queue without members': [
    [['routingConfigs:', '  back-office: { routingConfig: standard }\nroutingConfigs:']],
    '15:3  queues.back-office: has no members among reps',
  ],
  'work too heavy for everybody': [
    [['capacityWeight: 1', 'capacityWeight: 4']],
    '14:32  queues.front-line.routingConfig: its work weighs 4, but no member has a capacity ' +
      'over 3: nothing is ever routed',
  ],
  'nobody ever online': [
    [['reps:', 'presenceStatuses: { Away: { online: false } }\nreps:']],
    '19:1  presenceStatuses: none is online, so no rep ever gets work',
  ],
  'a skill nobody has': [
    [['capacityWeight: 1', 'capacityWeight: 1, skills: [{ skill: dutch, level: 3 }]']],
    '16:43  routingConfigs.standard.skills[0]: no rep has dutch at level 3, ' +
      'so its work waits for ever',
  ],
  'additional skills that never drop': [
    [['capacityWeight: 1', 'capacityWeight: 1, skills: [{ skill: vip, additional: 1 }]']],
    '16:43  routingConfigs.standard.skills[0]: is never dropped: there is no ' +
      'dropAdditionalSkillsTimeout (choice C20)',
  ],
  'a flow with a queue id of another org': [
    [['reps:', 'flows:\n  triage:\n    - route: { queue: 00G5f000004XyZa }\nreps:']],
    "20:3  flows.triage: names '00G5f000004XyZa', a record id that means nothing in this org: " +
      'the flow fails there',
  ],
};
