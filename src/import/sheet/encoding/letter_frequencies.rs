//! Which letters are frequent in names of people, companies and places, in the languages of the encodings that are
//! guessed.

use super::many_bytes::ManyBytes;

/// The non-ASCII letters of a language, in four groups: each letter is rarer than those of the groups before. Some
/// belong to neighbouring languages, whose names occur everywhere.
pub(super) struct Language([&'static str; 4]);

/// The share of all letters that a group has, as ten times the negative natural logarithm: 60, 25, 12 and 3 percent.
const GROUPS: [i64; 4] = [5, 14, 21, 35];

/// Ten times the natural logarithms of 1, 2, 3 and so on.
const LOGARITHMS: [i64; 24] =
    [0, 7, 11, 14, 16, 18, 19, 21, 22, 23, 24, 25, 26, 26, 27, 28, 28, 29, 29, 30, 30, 31, 31, 32];

pub(super) const LANGUAGES: [Language; 33] = [
    // German, French, Spanish, Portuguese, Italian, Dutch, Catalan.
    Language(["üö", "äß", "é", "èáçóëñ"]),
    Language(["é", "èç", "ëïêôîâàœ", "ûùüöÿæ"]),
    Language(["áéíó", "ñú", "ü", "çàèö"]),
    Language(["ãáçé", "íóâêõú", "ôà", "üèñ"]),
    Language(["èàòùì", "é", "ö", "üáçóë"]),
    Language(["ë", "éïüö", "èçáà", "äßêóí"]),
    Language(["àèé", "óíç", "òúï", "üáñ"]),
    // Swedish, Danish and Norwegian, Finnish, Icelandic, Estonian.
    Language(["öåä", "é", "ü", "èáøæ"]),
    Language(["øåæ", "öéä", "ü", "óáèô"]),
    Language(["äö", "å", "é", "üšžõ"]),
    Language(["óíáöðú", "þéæý", "ø", "åäü"]),
    Language(["äõöü", "š", "ž", "éå"]),
    // Polish, Czech, Slovak, Hungarian, Romanian, Croatian and Slovenian, Albanian.
    Language(["łóś", "ąęńż", "ćź", "üöéáä"]),
    Language(["áíéř", "čšěýžů", "úňť", "ďóöüä"]),
    Language(["áíčéš", "ýžúľó", "ňťôä", "ŕĺďöüěřů"]),
    Language(["áéó", "öíőü", "úű", "äčš"]),
    Language(["ăţş", "âî", "áéöü", "ő"]),
    Language(["ćč", "šž", "đ", "éüöá"]),
    Language(["ë", "ç", "é", "ü"]),
    // Turkish; Lithuanian, Latvian.
    Language(["ıüş", "öçğ", "i", "âîû"]),
    Language(["šėž", "ųūįčąę", "ü", "öäł"]),
    Language(["āīņš", "ēūļķžč", "ģ", "öäüŗ"]),
    // Vietnamese: vowels, and marks behind them.
    Language(["\u{301}\u{300}\u{323}ươ", "ăâêôđ\u{303}\u{309}", "áàéèóòíúùýãõ", "ëüö"]),
    // Russian, Ukrainian, Bulgarian, Serbian and Macedonian, Belarusian.
    Language(["оаеинтрслвк", "мдпуягьызбч", "йхжшюцщэф", "ъё"]),
    Language(["оаиентврліск", "дмпуязьбгчй", "хцжюшщєфї", "ґыэёъ"]),
    Language(["аоиенртсвлк", "дпмзгбучщцъ", "яхжшюйф", "ь"]),
    Language(["аоиенрсјтв", "кдмлпугзбћч", "цжшђњљхѓќ", "џфѕ"]),
    Language(["аіноертклусйц", "вдпмыязбчьгў", "жхэюшцф", "ёщъ"]),
    // Greek.
    Language(["αοιςνητεσρκ", "λπυμτάόίγ", "θδχφύέώήω", "ξβζψϊϋΐΰ"]),
    // Hebrew; Arabic, Persian and Urdu; Thai.
    Language(["יורלהמאבנתש", "דקעםחןפ", "כגטסצזםץ", "ףך־׳״"]),
    Language(["اليمرنحدب", "وسعتةهفقك", "شجخصطزأإىغضث", "ظذءؤئآپچگژکڈٹےہھں"]),
    Language(["اینرمدلوه", "تشسبکزعخف", "پگحجقصآطغ", "چژضثظذئأكيى"]),
    Language([
        "รนากมอ\u{e34}ง\u{e31}ทสลวย",
        "พเด\u{e35}บปคตศ\u{e38}\u{e4c}ชจไ\u{e48}",
        "ะหแภณขธ\u{e37}\u{e39}\u{e49}ผ\u{e47}ษโซฐ",
        "ถฟฎญฉใฤฑฒ\u{e36}ำฬฏฆ",
    ]),
];

impl Language {
    /// How unlikely a small letter is; none for a letter of another language.
    pub(super) fn cost_of_letter(&self, letter: char) -> Option<i64> {
        let group = self.0.iter().zip(GROUPS).find(|(letters, _)| letters.contains(letter));
        group.map(|(letters, group)| group + LOGARITHMS.get(letters.chars().count() - 1).copied().unwrap_or(32))
    }
}

const SIMPLIFIED: &str = "\
    王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石\
    姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂玉华建\
    国红梅志春晓燕宇浩然子轩雨欣怡佳俊辉鹏飞云海波峰斌亮丹婷雪琳颖慧莉倩诗涵梓博思嘉凯天一小大东新永成光荣福有限公司科技股份集团北京\
    上广州深圳市省电信息术网络贸实业发展投资管理咨询软件设备工程中南西安杭都汉重庆津学医院银行保险汽车食品服装机械化生物药环能源传媒\
    告教育姓名邮箱职位部门话手号码地址城备注联系人编客户称经总监销售主客长区苏州宁德无锡昌家宝长山青岛合肥厦门乐信达";

const TRADITIONAL: &str = "\
    王李張劉陳楊趙黃周吳徐孫胡朱高林何郭馬羅梁宋鄭謝韓唐馮于董蕭程曹袁鄧許傅沈曾彭呂蘇盧蔣蔡賈丁魏薛葉余潘杜戴夏鍾汪田任姜范方石\
    姚譚廖鄒熊金陸郝孔白崔康毛邱秦江史顧侯邵孟龍萬段雷錢湯尹黎易常武喬賀賴龔文洪莊詹簡施柯翁游志明俊傑家豪建宏怡君淑芬雅婷美玲惠如佩\
    珊欣宗翰承恩冠宇柏品妍子涵哲維國華玉秀英麗雲偉德榮信義仁慧芳娟珍雪小大一有限公司股份科技實業際企電集團貿易工程顧問資訊腦台北臺新\
    竹雄中市縣區南桃園基隆嘉花蓮東彰化港九香銀行大學醫院保險汽車食品機械生物環能傳媒姓名郵件信箱職稱部門話手號碼地址城備註聯絡客戶經理\
    總監業務主任稱人光長安山興達永成春福壽發展管設計網路食服";

const JAPANESE: &str = "\
    佐藤鈴木高橋田中伊渡辺山本村小林加吉井松上口斎清水阿部森池石川前長谷岡後近坂遠青福太西三浦原野金竹内和藤島崎宮横今河平丸杉新大関千\
    葉久保増工桜岩菊古荒市服菅永安武飯土東郎一二美子恵真由香奈愛翔輔健拓也直樹裕之花優陽菜結衣悠人明智博正隆秀雄洋幸誠修剛学哲浩文弘夫\
    代里沙紀理絵菜結株式会社有限商事業製作所電機産技術京阪都名古屋浜区県府道神戸仙台札幌広銀行病院氏姓部署役職話番号住郵便備考担当者課先\
    様取締締営総務開発研究次係主任設計建物流食品通信情報化薬自動車日本国際北海南九州四";

const KOREAN: &str = "\
    김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진지현수영호희경은미숙혜재훈상철석태아나예원빈준연\
    도윤건시후채소율다인가람슬기라솔보해동병종용승규환광춘순옥자말복식회사전산업그룹행보험대학교울부천광역시도군읍면이름메일명직책부번\
    화주소시비고담당자대표팀과장국제무역개발기술정보통신건설화학물산제약에너지엔지니어링코리아씨엘스템트솔루션로벌테크디컴퍼니구충청북\
    남경기원제수창포항여목울산대리차사원급관리실연락처거래팀";

/// Whether a character is frequent in the names, companies, places and headers of the encoding's language.
pub(super) fn frequent(encoding: ManyBytes) -> impl Fn(char) -> bool {
    let (characters, has_kana) = match encoding {
        ManyBytes::ShiftJis | ManyBytes::EucJp | ManyBytes::Iso2022Jp => (JAPANESE, true),
        ManyBytes::Gbk | ManyBytes::Gb18030 => (SIMPLIFIED, false),
        ManyBytes::Big5 => (TRADITIONAL, false),
        ManyBytes::EucKr => (KOREAN, false),
    };
    let characters: std::collections::HashSet<char> = characters.chars().collect();
    move |character| characters.contains(&character) || has_kana && matches!(character, 'ぁ'..='ゖ' | 'ァ'..='ー')
}
