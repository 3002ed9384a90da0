import type { Role } from '../../domain/access/role';
import type { Lang } from '../view/look';

const zh = {
  title: '密钥',
  lead: '调用方在请求头 X-Api-Key 中携带密钥。账本只保存散列值；新增与吊销在五秒内生效，无需重启。',
  name: '名称',
  nameHint: '字母、数字、. _ -，最多 40 个；用于区分日志和账本中的操作人，永不重复使用',
  role: '角色',
  systems: '业务系统',
  allSystems: '全部',
  made: '创建',
  state: '状态',
  inForce: '有效',
  revoked: '已吊销',
  inSettings: '来自 API_KEYS 设置',
  by: '由',
  none: '账本中还没有密钥。',
  newKey: '新建密钥',
  next: '下一步',
  revoke: '吊销',
  cancel: '取消',
  confirmMake: '确认新建密钥',
  makeIt: '新建密钥',
  confirmRevoke: '确认吊销密钥',
  revokeIt: '吊销密钥',
  revokeWords: '使用此密钥的一切调用与登录将在五秒内被拒绝，且不可恢复。',
  wrong: '名称、角色或业务系统不正确。',
  madeTitle: '密钥已创建',
  secretWords: '请立即复制并交给调用方：此密钥只显示这一次，不保存在任何地方。',
  taken: '此名称已被使用（或曾被使用）。',
  beyond: '不能创建权限超过自己的密钥。',
  back: '返回密钥列表',
  done: { revoked: '密钥已吊销。', before: '此密钥此前已被吊销。' },
  refused: {
    unknown: '账本中没有此密钥。写在 API_KEYS 设置中的密钥须在设置中删除并重启。',
    lastOperator: '不能吊销这些系统的最后一个运维密钥；请先新建另一个。',
  },
  roles: {
    till: '收款、查询、撤销',
    desk: '同收银，另可退款',
    operator: '全部操作、控制台、指标',
    viewer: '仅查看控制台',
    monitor: '仅读取指标',
  } satisfies Record<Role, string>,
};

const en: typeof zh = {
  title: 'Keys',
  lead:
    'Callers bring a key in the header X-Api-Key. The books hold hashes alone; a key that is ' +
    'made or revoked counts within five seconds, without a new start.',
  name: 'Name',
  nameHint:
    'letters, digits, . _ - (at most 40); it tells actors apart in books and log and is ' +
    'never used again',
  role: 'Role',
  systems: 'Systems',
  allSystems: 'all',
  made: 'Made',
  state: 'State',
  inForce: 'in force',
  revoked: 'revoked',
  inSettings: 'from the setting API_KEYS',
  by: 'by',
  none: 'There are no keys in the books yet.',
  newKey: 'New key',
  next: 'Next',
  revoke: 'Revoke',
  cancel: 'Cancel',
  confirmMake: 'Make this key?',
  makeIt: 'Make the key',
  confirmRevoke: 'Revoke this key?',
  revokeIt: 'Revoke the key',
  revokeWords:
    'Every call and every session with it is refused within five seconds. This cannot be undone.',
  wrong: 'Name, role or systems are not right.',
  madeTitle: 'The key is made',
  secretWords: 'Copy it now and hand it to the caller: it is shown this once and kept nowhere.',
  taken: 'There is or was a key of this name.',
  beyond: 'A key cannot make keys that may more than itself.',
  back: 'Back to the keys',
  done: { revoked: 'The key is revoked.', before: 'This key had been revoked before.' },
  refused: {
    unknown:
      'There is no such key in the books. One of the setting API_KEYS is taken out there, ' +
      'with a new start.',
    lastOperator: 'The last operator of its systems stays. Make another one first.',
  },
  roles: {
    till: 'collects, queries, cancels',
    desk: 'what a till may, and refunds',
    operator: 'everything, the console, metrics',
    viewer: 'looks at the console',
    monitor: 'reads metrics',
  },
};

/** The page of the keys. */
export const KEYS_TEXTS: Record<Lang, typeof zh> = { zh, en };
