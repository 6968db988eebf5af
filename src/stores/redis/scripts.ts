/**
 * What must happen at once in Redis, as Lua. Numbers that matter are text in Redis and in these
 * scripts: Lua's would lose digits. All keys of a script share one slot of a cluster.
 */

/**
 * Saves a thread if nobody has since it was read. KEYS: thread, entries, ids, receipts, claims.
 * ARGV: version read, id of this change, now, thread, forgettable after (or ''), whether it begins
 * afresh, claims until, milliseconds to live (or ''), number of claims, claims, entries as pairs of
 * id and JSON.
 */
const SAVE = `
local thread, entries, ids, receipts, claims = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local read = redis.call('HMGET', thread, 'version', 'changes', 'seq')
local version, changes, seq = read[1] or '0', read[2] or '', tonumber(read[3] or '0')
if string.find(changes, ARGV[2], 1, true) then return 'saved' end
if version ~= ARGV[1] then return 'conflict' end
local now, count = tonumber(ARGV[3]), tonumber(ARGV[9])
for i = 10, 9 + count do
  local untilMs = redis.call('HGET', claims, ARGV[i])
  if untilMs and tonumber(untilMs) > now then return 'duplicate' end
end
if redis.call('HLEN', claims) > 64 then
  local all = redis.call('HGETALL', claims)
  for i = 1, #all, 2 do
    if tonumber(all[i + 1]) <= now then redis.call('HDEL', claims, all[i]) end
  end
end
for i = 10, 9 + count do redis.call('HSET', claims, ARGV[i], ARGV[7]) end
if ARGV[6] == '1' then redis.call('DEL', entries, ids, receipts) end
for i = 10 + count, #ARGV, 2 do
  seq = seq + 1
  redis.call('HSET', entries, seq, ARGV[i + 1])
  local known = redis.call('HGET', ids, ARGV[i])
  redis.call('HSET', ids, ARGV[i], known and (known .. ',' .. seq) or tostring(seq))
end
changes = string.sub(changes .. ARGV[2], -128)
redis.call('HSET', thread, 'version', tonumber(version) + 1, 'changes', changes, 'seq', seq,
  'json', ARGV[4], 'after', ARGV[5])
for i = 1, 5 do
  if ARGV[8] == '' then redis.call('PERSIST', KEYS[i])
  else redis.call('PEXPIRE', KEYS[i], ARGV[8]) end
end
return 'saved'
`;

/**
 * Moves receipts forward, never back. KEYS: receipts. ARGV: status, its rank, then the entries as
 * pairs of number and the receipt it was added with. Per entry: what it has now, whether it is new.
 */
const RECEIPTS = `
local ranks = { sent = 1, failed = 2, delivered = 3, read = 4 }
local answers = {}
for i = 3, #ARGV, 2 do
  local has = redis.call('HGET', KEYS[1], ARGV[i]) or ARGV[i + 1]
  if (ranks[has] or 0) < tonumber(ARGV[2]) then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[1])
    answers[#answers + 1] = ARGV[1]
    answers[#answers + 1] = '1'
  else
    answers[#answers + 1] = has
    answers[#answers + 1] = '0'
  end
end
return answers
`;

/**
 * Takes a name out of an index unless a later version of its thread put it there. KEYS: index.
 * ARGV: name, the version that takes it out.
 */
const LEAVE = `
local version = redis.call('ZSCORE', KEYS[1], ARGV[1])
if version and tonumber(version) <= tonumber(ARGV[2]) then redis.call('ZREM', KEYS[1], ARGV[1]) end
return 'left'
`;

/** KEYS: the lead. ARGV: who asks, for how long. Who has it. */
const LEAD = `
local leader = redis.call('GET', KEYS[1])
if leader and leader ~= ARGV[1] then return leader end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]
`;

export const SCRIPTS = {
  rehearsalSave: { numberOfKeys: 5, lua: SAVE },
  rehearsalReceipts: { numberOfKeys: 1, lua: RECEIPTS },
  rehearsalLead: { numberOfKeys: 1, lua: LEAD },
  rehearsalLeave: { numberOfKeys: 1, lua: LEAVE },
} as const;
