import { hasChinese } from '../tokens.js'

/** A word of a text, in the form in which words are compared. */
export interface Word {
  /** The word in lower case, without its ending. */
  readonly stem: string
  /** The concept in CONCEPTS that the word belongs to, if any. */
  readonly concept: string | undefined
  /** Index of its first character in the text. */
  readonly at: number
}

/** Words that say nothing about the subject of a question or a tool. */
const STOP_WORDS = new Set(
  `a about after again all also am an and any api are around as ask at available back based be been before best between both but by call can
  current currently data detail details did do does each else ensure example exactly fetch first following for from function general get
  gets give given go good has have hello help here hey hi him his how i if in info information input into is it item its just know let like
  list lookup make many may me might more most much must my name need no not now of ok okay on one only or other our out output over
  please possible provide provided result results retrieve return returns right said say see set should show so some something specific
  specified such sure take tell than thank thanks that the their them then there these they this to today tomorrow tool tools try two
  up us use used user using value very via want was we well were what when where whether which while who why will with within without
  would yes yesterday you your
  的 了 吗 呢 吧 啊 在 是 有 和 与 或 我 你 您 他 她 它 我们 你们 请 帮 帮我 请问 一 一下 一个 个 这 那 这个 那个 什么 怎么 怎么样 样 如何 多少
  想 要 知道 告诉 给 把 被 从 到 去 来 做 用 使用 可以 能 能够 现在 今天 今晚 明天 后天 昨天 获取 调用 工具 返回 根据 指定 当前 查 好 你好 您好`.split(
    /\s+/,
  ),
)

/**
 * English and Chinese words by concept, so that a question in one language matches a tool that is
 * described in the other.
 */
const CONCEPTS: Readonly<Record<string, string>> = {
  weather:
    'weather forecast temperature rain raining rainy snow snowing sunny sun wind windy humidity hot cold warm warmer colder umbrella climate 天气 气温 温度 下雨 下雪 晴 预报 冷 热 天気',
  time: 'time clock timezone hour oclock 时间 几点 时区 钟',
  arithmetic:
    'calculate calculator calculation compute math maths arithmetic add sum plus minus subtract multiply divide divided evaluate 计算 算 加 减 乘 除 等于',
  search: 'search find google lookup web internet 搜索 查询 查找 搜 检索',
  mail: 'email mail mails inbox 邮件 邮箱 发邮件',
  message: 'message sms notify notification text 消息 短信 通知',
  price: 'price cost quote worth 价格 股价 多少钱 报价',
  stock: 'stock stocks share shares ticker 股票 股价',
  money: 'currency exchange dollar dollars euro euros yen yuan usd eur 汇率 货币 美元 欧元 人民币 日元 兑换',
  convert: 'convert conversion converter 换算 转换 换成 换',
  translate: 'translate translation translator 翻译 译',
  flight: 'flight flights fly plane airline 机票 航班 飞机 飞',
  hotel: 'hotel hotels room rooms accommodation 酒店 宾馆 房间',
  restaurant: 'restaurant restaurants dinner lunch table eat 餐厅 饭店 餐馆',
  book: 'book booking reserve reservation 预订 预定 订',
  calendar: 'calendar event meeting appointment schedule 日历 日程 会议 开会 安排',
  reminder: 'remind reminder alarm timer 提醒 闹钟 计时器',
  news: 'news headline headlines 新闻',
  order: 'order orders purchase buy 订单 下单 购买 买',
  light: 'light lights lamp lamps 灯',
  file: 'file files document documents folder directory 文件 文档 目录',
  command: 'command commands shell terminal bash execute exec run cmd 命令 终端 执行 运行',
  page: 'url website webpage page browse open link 网页 网址 网站',
  image: 'image images picture photo draw 图片 图像 照片 画',
  music: 'music song songs play playlist 音乐 歌 播放',
  route: 'route directions navigate navigation distance drive 路线 导航 距离',
  person: 'contact contacts customer employee 联系人 客户 员工',
}

/** Returns the stem of a lower-case word: roughly, but equally for texts and names of tools. */
const stemOf = (word: string): string => {
  if (word.length < 4 || word === 'news') return word
  const short = word.replace(/ies$/, 'y').replace(/(?:ing|ed|es|s)$/, '')
  if (short.length < 3) return word
  return short.replace(/e$/, '').replace(/([b-df-hj-np-tv-z])\1$/, '$1')
}

const CONCEPT_OF = new Map(
  Object.entries(CONCEPTS).flatMap(([concept, words]) => words.split(' ').map((word) => [hasChinese(word) ? word : stemOf(word), concept])),
)

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' })

/** A word of a text as it is written. */
export interface Piece {
  readonly text: string
  readonly at: number
}

/** Splits a text into words: Chinese by a dictionary, identifiers (`getWeather`) at capitals. */
export function piecesOf(text: string): Piece[] {
  const found: Piece[] = []
  for (const { 0: run, index } of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    if (hasChinese(run)) found.push(...chinesePieces(run, index))
    else
      for (const { 0: part, index: at } of run.matchAll(/\p{Lu}+(?!\p{Ll})|\p{Lu}?[^\p{Lu}]+|\p{Lu}/gu))
        found.push({ text: part, at: index + at })
  }
  return found
}

/** Splits Chinese text by a dictionary, but does not split words in CONCEPTS, such as 几点. */
function chinesePieces(run: string, index: number): Piece[] {
  const found: Piece[] = []
  for (const { segment, index: at } of segmenter.segment(run)) {
    const last = found.at(-1)
    const joined = `${last?.text ?? ''}${segment}`
    if (last !== undefined && (CONCEPT_OF.has(joined) || STOP_WORDS.has(joined))) found[found.length - 1] = { ...last, text: joined }
    else found.push({ text: segment, at: index + at })
  }
  return found
}

/** Returns whether a word says nothing about a subject. */
export const isStopWord = (word: string): boolean => STOP_WORDS.has(word.toLowerCase()) || (word.length === 1 && !hasChinese(word))

/** Returns the concept of a word, such as `weather` for 天气; undefined if it has none. */
export const conceptOf = (word: string): string | undefined => CONCEPT_OF.get(hasChinese(word) ? word : stemOf(word.toLowerCase()))

/** Returns the words of a text, except stop words. */
export const wordsOf = (text: string): Word[] =>
  piecesOf(text)
    .filter((piece) => !isStopWord(piece.text))
    .map(({ text: word, at }) => ({ stem: stemOf(word.toLowerCase()), concept: conceptOf(word), at }))
